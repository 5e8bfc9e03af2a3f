package io.dysk.kernel;

import java.util.Map;

/**
 * An error number of the Linux kernel.
 *
 * @param number as in errno.h, above zero
 */
public record Errno(int number) {

    public static final Errno EPERM = new Errno(1);
    public static final Errno ENOENT = new Errno(2);
    public static final Errno EINTR = new Errno(4);
    public static final Errno EIO = new Errno(5);
    public static final Errno ENXIO = new Errno(6);
    public static final Errno E2BIG = new Errno(7);
    public static final Errno EBADF = new Errno(9);
    public static final Errno EAGAIN = new Errno(11);
    public static final Errno ENOMEM = new Errno(12);
    public static final Errno EACCES = new Errno(13);
    public static final Errno EFAULT = new Errno(14);
    public static final Errno ENOTBLK = new Errno(15);
    public static final Errno EBUSY = new Errno(16);
    public static final Errno EEXIST = new Errno(17);
    public static final Errno ENODEV = new Errno(19);
    public static final Errno ENOTDIR = new Errno(20);
    public static final Errno EINVAL = new Errno(22);
    public static final Errno EMFILE = new Errno(24);
    public static final Errno ENOTTY = new Errno(25);
    public static final Errno ENOSPC = new Errno(28);
    public static final Errno EROFS = new Errno(30);
    public static final Errno ERANGE = new Errno(34);
    public static final Errno ELOOP = new Errno(40);
    public static final Errno EPROTO = new Errno(71);
    public static final Errno EOPNOTSUPP = new Errno(95);
    public static final Errno ECONNRESET = new Errno(104);
    public static final Errno ETIMEDOUT = new Errno(110);
    public static final Errno ECONNREFUSED = new Errno(111);
    public static final Errno EHOSTUNREACH = new Errno(113);
    public static final Errno ESTALE = new Errno(116);

    private record Known(String name, String meaning) {}

    private static final Map<Integer, Known> KNOWN = Map.ofEntries(
            known(EPERM, "EPERM", "not permitted: root (CAP_SYS_ADMIN) is needed"),
            known(ENOENT, "ENOENT", "no such file or directory"),
            known(EINTR, "EINTR", "interrupted"),
            known(EIO, "EIO", "input/output error"),
            known(ENXIO, "ENXIO", "no such device or address"),
            known(E2BIG, "E2BIG", "the kernel doesn't know a part of the request"),
            known(EBADF, "EBADF", "bad file descriptor"),
            known(EAGAIN, "EAGAIN", "try again"),
            known(ENOMEM, "ENOMEM", "the kernel is out of memory"),
            known(EACCES, "EACCES", "permission denied"),
            known(EFAULT, "EFAULT", "bad address"),
            known(ENOTBLK, "ENOTBLK", "not a block device"),
            known(EBUSY, "EBUSY", "in use"),
            known(EEXIST, "EEXIST", "exists already"),
            known(ENODEV, "ENODEV", "no such device"),
            known(ENOTDIR, "ENOTDIR", "not a directory"),
            known(EINVAL, "EINVAL", "invalid argument, not a mount point, or no such file system there"),
            known(EMFILE, "EMFILE", "too many open files"),
            known(ENOTTY, "ENOTTY", "not a device of this kind"),
            known(ENOSPC, "ENOSPC", "no space left"),
            known(EROFS, "EROFS", "read-only"),
            known(ERANGE, "ERANGE", "out of range"),
            known(ELOOP, "ELOOP", "a symbolic link where none is followed"),
            known(EPROTO, "EPROTO", "protocol error"),
            known(EOPNOTSUPP, "EOPNOTSUPP", "not supported"),
            known(ECONNRESET, "ECONNRESET", "connection closed by the peer"),
            known(ETIMEDOUT, "ETIMEDOUT", "timed out"),
            known(ECONNREFUSED, "ECONNREFUSED", "connection refused"),
            known(EHOSTUNREACH, "EHOSTUNREACH", "host can't be reached"),
            known(ESTALE, "ESTALE", "it belongs to another attachment by now"));

    public Errno {
        if (number <= 0) {
            throw new IllegalArgumentException("an error number is above zero: " + number);
        }
    }

    /** The name in errno.h, or "errno N". */
    public String symbol() {
        Known known = KNOWN.get(number);
        return known == null ? "errno " + number : known.name();
    }

    /** What it means, for people. */
    public String meaning() {
        Known known = KNOWN.get(number);
        return known == null ? "kernel error " + number : known.meaning();
    }

    @Override
    public String toString() {
        return symbol();
    }

    private static Map.Entry<Integer, Known> known(Errno errno, String name, String meaning) {
        return Map.entry(errno.number, new Known(name, meaning));
    }
}
