package io.dysk.kernel;

import java.nio.file.Path;

/**
 * One line of /proc/self/mountinfo.
 *
 * @param id of the mount
 * @param parentId of the mount it is on
 * @param device number of the file system's device
 * @param root what of the file system is mounted; for bind mounts, the path inside it
 * @param mountPoint where
 * @param options of this mount alone
 * @param type file system
 * @param source device path, or whatever was given
 * @param superOptions of the file system, all its mounts
 */
public record MountEntry(
        int id,
        int parentId,
        DeviceNumber device,
        String root,
        Path mountPoint,
        MountOptions options,
        String type,
        String source,
        MountOptions superOptions) {

    /** Read-only here: by the mount or by its file system. */
    public boolean readOnly() {
        return options.readOnly() || superOptions.readOnly();
    }
}
