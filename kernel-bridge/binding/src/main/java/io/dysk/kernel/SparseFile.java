package io.dysk.kernel;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a sparse file has data. What isn't among it are holes, which read as zeros; what is may be zeros too.
 *
 * <p>Source: lseek(2), SEEK_DATA and SEEK_HOLE.
 */
public final class SparseFile {

    private SparseFile() {}

    /**
     * A part with data.
     *
     * @param offset in bytes
     * @param bytes its length
     */
    public record Extent(long offset, long bytes) {}

    /**
     * A file's data, in order.
     *
     * @throws SystemCallException if it can't be read
     */
    public static List<Extent> extents(Path file) {
        return extents(JnrLibC.get(), file);
    }

    static List<Extent> extents(LibC libc, Path file) {
        int fd = SystemCallException.check(libc.open(file.toString(), LibC.O_RDONLY), "open", file);
        try {
            List<Extent> extents = new ArrayList<>();
            long position = 0;
            while (true) {
                long data = libc.lseek(fd, position, LibC.SEEK_DATA);
                if (data == -Errno.ENXIO.number()) {
                    return extents;
                }
                position = check(libc.lseek(fd, check(data, file), LibC.SEEK_HOLE), file);
                extents.add(new Extent(data, position - data));
            }
        } finally {
            libc.close(fd);
        }
    }

    private static long check(long result, Path file) {
        if (result < 0) {
            throw new SystemCallException("seek in", file, new Errno((int) -result));
        }
        return result;
    }
}
