package io.dysk.node.filesystem;

import io.dysk.kernel.MountFlag;
import io.dysk.kernel.MountOptions;
import java.util.ArrayList;
import java.util.List;

/** Additions to mount options. */
final class Options {
    private Options() {}

    /** The same, with an option for the file system unless it is there. */
    static MountOptions with(MountOptions given, String option) {
        if (given.data().contains(option)) {
            return given;
        }
        List<String> data = new ArrayList<>(given.data());
        data.add(option);
        return new MountOptions(given.flags(), data);
    }

    /** The same, read-only, with the option that keeps the file system from replaying its log. */
    static MountOptions readOnly(MountOptions given, String noReplay) {
        return with(given, noReplay).with(MountFlag.READ_ONLY);
    }
}
