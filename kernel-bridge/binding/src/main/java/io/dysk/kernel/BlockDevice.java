package io.dysk.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * An open block device, for what only ioctls can do. Not safe for use by several threads. Calls block; those that do I/O
 * ({@link #flush}, {@link #discard}, {@link #zeroOut}) for as long as the device takes.
 *
 * <p>Calls throw {@link SystemCallException}; ENOTTY means that the file isn't a block device.
 */
public final class BlockDevice implements AutoCloseable {

    /** How to open it. */
    public enum Access {
        READ(LibC.O_RDONLY),
        WRITE(LibC.O_RDWR),
        /** For writing, and only if nobody has it mounted or claimed (EBUSY). */
        EXCLUSIVE(LibC.O_RDWR | LibC.O_EXCL);

        private final int flags;

        Access(int flags) {
            this.flags = flags;
        }
    }

    static final long BLKROSET = 0x125d;
    static final long BLKROGET = 0x125e;
    static final long BLKFLSBUF = 0x1261;
    static final long BLKSSZGET = 0x1268;
    static final long BLKDISCARD = 0x1277;
    static final long BLKPBSZGET = 0x127b;
    static final long BLKZEROOUT = 0x127f;
    static final long BLKGETSIZE64 = 0x80081272L;

    private final LibC libc;
    private final Path path;
    private int fd;

    private BlockDevice(LibC libc, Path path, int fd) {
        this.libc = libc;
        this.path = path;
        this.fd = fd;
    }

    /** Opens {@code path}, following links. */
    public static BlockDevice open(Path path, Access access) {
        return open(JnrLibC.get(), path, access);
    }

    static BlockDevice open(LibC libc, Path path, Access access) {
        return new BlockDevice(
                libc, path, SystemCallException.check(libc.open(path.toString(), access.flags), "open", path));
    }

    /** Whether somebody has the device mounted or claimed at this moment; a process that merely reads it doesn't count. */
    public static boolean isClaimed(Path path) {
        return isClaimed(JnrLibC.get(), path);
    }

    static boolean isClaimed(LibC libc, Path path) {
        int fd = libc.open(path.toString(), LibC.O_RDONLY | LibC.O_EXCL);
        if (fd == -Errno.EBUSY.number()) {
            return true;
        }
        libc.close(SystemCallException.check(fd, "open", path));
        return false;
    }

    /** Size in bytes. */
    public long sizeBytes() {
        return query(BLKGETSIZE64, "get size of", 8).getLong(0);
    }

    /** The unit in which the device is addressed, in bytes. */
    public int logicalSectorBytes() {
        return query(BLKSSZGET, "get sector size of", 4).getInt(0);
    }

    /** The smallest unit it writes without reading first, in bytes. */
    public int physicalSectorBytes() {
        return query(BLKPBSZGET, "get physical sector size of", 4).getInt(0);
    }

    public boolean readOnly() {
        return query(BLKROGET, "get read-only state of", 4).getInt(0) != 0;
    }

    public void setReadOnly(boolean readOnly) {
        ByteBuffer argument = memory(4).putInt(0, readOnly ? 1 : 0);
        call(BLKROSET, "set read-only state of", argument);
    }

    /** Writes dirty pages back and forgets the cached ones. */
    public void flush() {
        SystemCallException.check(libc.ioctl(descriptor(), BLKFLSBUF), "flush", path);
    }

    /** Tells the device that a range is unused; what it reads as afterwards is undefined. Whole logical sectors. */
    public void discard(long offset, long bytes) {
        call(BLKDISCARD, "discard on", range(offset, bytes));
    }

    /** Makes a range read as zeros. Whole logical sectors. */
    public void zeroOut(long offset, long bytes) {
        call(BLKZEROOUT, "zero out", range(offset, bytes));
    }

    /** Closes it; again has no effect. */
    @Override
    public void close() {
        if (fd >= 0) {
            libc.close(fd);
            fd = -1;
        }
    }

    private ByteBuffer query(long request, String what, int bytes) {
        ByteBuffer answer = memory(bytes);
        call(request, what, answer);
        return answer;
    }

    private void call(long request, String what, ByteBuffer argument) {
        SystemCallException.check(libc.ioctl(descriptor(), request, argument), what, path);
    }

    private int descriptor() {
        if (fd < 0) {
            throw new IllegalStateException(path + " is closed");
        }
        return fd;
    }

    private static ByteBuffer range(long offset, long bytes) {
        if (offset < 0 || bytes <= 0) {
            throw new IllegalArgumentException("not a range: " + bytes + " bytes at " + offset);
        }
        return memory(16).putLong(0, offset).putLong(8, bytes);
    }

    private static ByteBuffer memory(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }
}
