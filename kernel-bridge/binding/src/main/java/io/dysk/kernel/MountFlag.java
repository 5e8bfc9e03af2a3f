package io.dysk.kernel;

import java.util.Optional;

/** Flags of a mount, each with the name it has in fstab(5) and its value of mount(2). */
public enum MountFlag {
    READ_ONLY("ro", 1),
    NO_SUID("nosuid", 2),
    NO_DEV("nodev", 4),
    NO_EXEC("noexec", 8),
    SYNCHRONOUS("sync", 16),
    DIRECTORIES_SYNCHRONOUS("dirsync", 128),
    NO_SYMLINK_FOLLOW("nosymfollow", 256),
    NO_ATIME("noatime", 1024),
    NO_DIRECTORY_ATIME("nodiratime", 2048),
    RELATIVE_ATIME("relatime", 1 << 21),
    STRICT_ATIME("strictatime", 1 << 24),
    LAZY_TIME("lazytime", 1 << 25);

    private static final MountFlag[] VALUES = values();

    private final String option;
    private final long value;

    MountFlag(String option, long value) {
        this.option = option;
        this.value = value;
    }

    /** The option's name. */
    public String option() {
        return option;
    }

    long value() {
        return value;
    }

    static Optional<MountFlag> of(String option) {
        for (MountFlag flag : VALUES) {
            if (flag.option.equals(option)) {
                return Optional.of(flag);
            }
        }
        return Optional.empty();
    }
}
