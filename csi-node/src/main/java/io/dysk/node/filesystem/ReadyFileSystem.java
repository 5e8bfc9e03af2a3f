package io.dysk.node.filesystem;

import io.dysk.kernel.MountOptions;

/** A file system that can be mounted now. */
public final class ReadyFileSystem {
    /** Less than this is not worth a call, and a file system may be unable to use it. */
    private static final long WORTH_GROWING = 1 << 20;

    private final FileSystem fileSystem;
    private final long sizeBytes;

    ReadyFileSystem(FileSystem fileSystem, long sizeBytes) {
        this.fileSystem = fileSystem;
        this.sizeBytes = sizeBytes;
    }

    public String type() {
        return fileSystem.type();
    }

    public MountOptions mountOptions(MountOptions given, boolean readOnly) {
        return fileSystem.mountOptions(given, readOnly);
    }

    /** Whether it leaves part of a device of that size unused. */
    public boolean smallerThan(long deviceBytes) {
        return deviceBytes - sizeBytes >= WORTH_GROWING;
    }
}
