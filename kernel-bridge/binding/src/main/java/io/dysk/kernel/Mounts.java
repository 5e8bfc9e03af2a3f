package io.dysk.kernel;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Mounting and unmounting by system calls, without mount(8) and its files.
 *
 * <p>All calls need CAP_SYS_ADMIN, throw {@link SystemCallException}, and block: mounting reads the device, unmounting
 * writes dirty data back. Paths are taken as they are, symbolic links are followed unless said.
 */
public final class Mounts {

    private static final long MS_REMOUNT = 32;
    private static final long MS_BIND = 4096;

    private final Supplier<LibC> libc;
    private final Supplier<MountTable> table;

    Mounts(Supplier<LibC> libc, Supplier<MountTable> table) {
        this.libc = libc;
        this.table = table;
    }

    /** Of this process's mount name space. */
    public static Mounts system() {
        return new Mounts(JnrLibC::get, MountTable::read);
    }

    /**
     * Mounts a file system.
     *
     * @param source a block device's path, or what the file system takes instead
     * @param type ext4, xfs, tmpfs, ...
     */
    public void mount(String source, Path target, String type, MountOptions options) {
        String data = options.data().isEmpty() ? null : String.join(",", options.data());
        check(libc.get().mount(source, target.toString(), type, options.flagBits(), data), "mount", target);
    }

    /**
     * Makes {@code source}, a directory or a file, visible at {@code target}, which must be of the same kind. Flags
     * given hold for the new mount alone; those that {@code source}'s mount has stay. If the flags can't be set, there
     * is no mount afterwards.
     *
     * @throws IllegalArgumentException if {@code options} has something for the file system, which a bind mount ignores
     */
    public void bind(Path source, Path target, MountOptions options) {
        if (!options.data().isEmpty()) {
            throw new IllegalArgumentException("a bind mount takes no options of the file system");
        }
        check(libc.get().mount(source.toString(), target.toString(), null, MS_BIND, null), "bind mount", target);
        if (options.flags().isEmpty()) {
            return;
        }
        try {
            remount(target, MS_BIND, options);
        } catch (RuntimeException e) {
            libc.get().umount2(target.toString(), UnmountFlag.DETACH.value() | UnmountFlag.NO_FOLLOW.value());
            throw e;
        }
    }

    /** Makes a mounted file system read-only everywhere it is mounted; EBUSY while files are open for writing. */
    public void remountReadOnly(Path target) {
        remount(target, 0, MountOptions.READ_ONLY);
    }

    /** Unmounts what is at {@code target}, the topmost if several are. EINVAL if it isn't a mount point. */
    public void unmount(Path target, UnmountFlag... flags) {
        int bits = 0;
        for (UnmountFlag flag : flags) {
            bits |= flag.value();
        }
        check(libc.get().umount2(target.toString(), bits), "unmount", target);
    }

    /** A remount sets all flags of the mount, so those it has must be given again. */
    private void remount(Path target, long scope, MountOptions options) {
        Set<MountFlag> flags = EnumSet.noneOf(MountFlag.class);
        table.get().at(target).ifPresent(present -> flags.addAll(present.options().flags()));
        flags.addAll(options.flags());
        long bits = new MountOptions(flags, options.data()).flagBits();
        check(libc.get().mount(null, target.toString(), null, MS_REMOUNT | scope | bits, null), "remount", target);
    }

    private static void check(int result, String call, Path subject) {
        SystemCallException.check(result, call, subject);
    }
}
