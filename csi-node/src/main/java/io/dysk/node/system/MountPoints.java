package io.dysk.node.system;

import io.dysk.kernel.MountOptions;
import io.dysk.kernel.MountTable;
import java.nio.file.Path;

/**
 * Mounts of this machine. Calls block: mounting reads the device, unmounting writes back to it. They throw {@link io.dysk.kernel.SystemCallException}.
 */
public interface MountPoints {
    /** What is mounted now. */
    MountTable table();

    /** Mounts a file system. */
    void mount(Path device, Path target, String type, MountOptions options);

    /** Makes a directory or file visible at another of its kind. */
    void bind(Path source, Path target, MountOptions options);

    /** Takes away the topmost mount; symbolic links aren't followed. */
    void unmount(Path target);

    /** Takes it out of the tree at once; the file system ends when its last user does. */
    void unmountLazily(Path target);
}
