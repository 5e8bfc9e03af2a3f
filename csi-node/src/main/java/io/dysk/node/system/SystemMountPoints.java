package io.dysk.node.system;

import io.dysk.kernel.MountOptions;
import io.dysk.kernel.MountTable;
import io.dysk.kernel.Mounts;
import io.dysk.kernel.UnmountFlag;
import java.nio.file.Path;

/** Those of this process's mount name space. */
public final class SystemMountPoints implements MountPoints {
    private final Mounts mounts = Mounts.system();

    @Override
    public MountTable table() {
        return MountTable.read();
    }

    @Override
    public void mount(Path device, Path target, String type, MountOptions options) {
        mounts.mount(device.toString(), target, type, options);
    }

    @Override
    public void bind(Path source, Path target, MountOptions options) {
        mounts.bind(source, target, options);
    }

    @Override
    public void unmount(Path target) {
        mounts.unmount(target, UnmountFlag.NO_FOLLOW);
    }

    @Override
    public void unmountLazily(Path target) {
        mounts.unmount(target, UnmountFlag.NO_FOLLOW, UnmountFlag.DETACH);
    }
}
