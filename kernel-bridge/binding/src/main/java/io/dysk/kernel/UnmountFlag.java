package io.dysk.kernel;

/** Flags of umount2(2). */
public enum UnmountFlag {
    /** Take it out of the tree at once, and unmount when its last user is gone. */
    DETACH(2),
    /** Refuse if the path is a symbolic link. */
    NO_FOLLOW(8);

    private final int value;

    UnmountFlag(int value) {
        this.value = value;
    }

    int value() {
        return value;
    }
}
