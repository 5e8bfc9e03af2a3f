package io.dysk.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * How full a mounted file system is.
 *
 * <p>Source: statfs(2); the structure's layout is that of 64-bit Linux.
 *
 * @param totalBytes size
 * @param freeBytes not used by files
 * @param availableBytes of those, what users other than root can have
 * @param totalInodes files it can have; 0 where it has no limit of its own
 * @param freeInodes of those, not used
 */
public record FileSystemSpace(long totalBytes, long freeBytes, long availableBytes, long totalInodes, long freeInodes) {

    private static final int STRUCT_BYTES = 120;
    private static final int BLOCK_SIZE = 8;
    private static final int BLOCKS = 16;
    private static final int FREE = 24;
    private static final int AVAILABLE = 32;
    private static final int FILES = 40;
    private static final int FREE_FILES = 48;
    private static final int FRAGMENT_SIZE = 72;

    /**
     * Asks the file system that {@code path} is in. May block for as long as the file system does.
     *
     * @throws SystemCallException if there is no such path
     */
    public static FileSystemSpace of(Path path) {
        return of(JnrLibC.get(), path);
    }

    static FileSystemSpace of(LibC libc, Path path) {
        ByteBuffer answer = ByteBuffer.allocateDirect(STRUCT_BYTES).order(ByteOrder.nativeOrder());
        SystemCallException.check(libc.statfs(path.toString(), answer), "statfs", path);
        long fragment = answer.getLong(FRAGMENT_SIZE);
        long unit = fragment > 0 ? fragment : answer.getLong(BLOCK_SIZE);
        return new FileSystemSpace(answer.getLong(BLOCKS) * unit, answer.getLong(FREE) * unit, answer.getLong(AVAILABLE) * unit,
                answer.getLong(FILES), answer.getLong(FREE_FILES));
    }

    public long usedBytes() {
        return totalBytes - freeBytes;
    }

    public long usedInodes() {
        return totalInodes - freeInodes;
    }
}
