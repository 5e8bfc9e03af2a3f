package io.dysk.kernel;

import java.nio.ByteBuffer;

/**
 * The C library calls this package needs, in C's shape, with one difference: a failed call returns the negated errno
 * (as the kernel itself does), because errno belongs to the native thread and the next call overwrites it.
 *
 * <p>Safe for use by many threads. Every call may block for as long as the kernel does.
 */
interface LibC {

    /** Opens {@code path}; the descriptor is closed on exec. Returns the descriptor. See open(2). */
    int open(String path, int flags);

    /** Closes a descriptor. Never call it twice: the number may belong to another thread by then. See close(2). */
    int close(int fd);

    /**
     * Device control with a structure as the argument.
     *
     * @param request unsigned 32 bits in a long; as an int it would be sign-extended
     * @param argument a direct buffer; its position is not looked at
     */
    int ioctl(int fd, long request, ByteBuffer argument);

    /** Device control without an argument. */
    int ioctl(int fd, long request);

    /** See mount(2). {@code source}, {@code type} and {@code data} may be null where mount(2) ignores them. */
    int mount(String source, String target, String type, long flags, String data);

    /** See umount2(2). */
    int umount2(String target, int flags);

    /** What a file system says of its space, into a direct buffer. See statfs(2). */
    int statfs(String path, ByteBuffer answer);

    /** Moves a descriptor's position, or finds data or holes. See lseek(2). */
    long lseek(int fd, long offset, int whence);

    /** Where a direct buffer lies. Valid as long as the buffer is reachable. */
    long address(ByteBuffer direct);

    int O_RDONLY = 0;
    int O_RDWR = 2;
    int O_EXCL = 0200;
    int O_CLOEXEC = 02000000;
    int SEEK_DATA = 3;
    int SEEK_HOLE = 4;
}
