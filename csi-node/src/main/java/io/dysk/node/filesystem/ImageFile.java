package io.dysk.node.filesystem;

import io.dysk.kernel.SparseFile;
import io.dysk.node.system.Disk;
import io.dysk.node.system.ToolResult;
import io.dysk.node.system.Tools;
import io.dysk.rpc.call.RpcFailure;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A new file system in a sparse file of this machine: mkfs does its work there, and what it wrote is then copied to the device in the order
 * that we want. It takes the space of the file system's first metadata until closed: 5 MiB for ext4 of 100 GiB; for xfs that of its log, a
 * 2048th of the volume and at most 2 GiB. For one thread.
 */
final class ImageFile implements Closeable {
    private static final Logger LOG = Logger.getLogger(ImageFile.class.getName());
    private static final String SUFFIX = ".img";
    private static final Duration LIMIT = Duration.ofMinutes(15);
    private static final int PART = 64 << 10;
    private static final int BLOCK = 4096;

    private final Path file;

    private ImageFile(Path file) {
        this.file = file;
    }

    /**
     * Makes one.
     *
     * @param file to be made; one that is there is replaced
     * @throws RpcFailure INTERNAL with mkfs's words if it fails
     */
    static ImageFile make(Path file, long sizeBytes, FileSystem fileSystem, List<String> options, Tools tools) throws IOException {
        Files.createDirectories(file.getParent());
        Files.deleteIfExists(file);
        ImageFile image = new ImageFile(file);
        try {
            image.extend(sizeBytes);
            ToolResult result = tools.run(fileSystem.makeCommand(file, options), LIMIT);
            if (result.exitCode() != 0) {
                throw RpcFailure.internal("mkfs." + fileSystem.type() + " failed (exit code " + result.exitCode() + "): " + result.words()
                        + (options.isEmpty() ? "" : ". The StorageClass's mkfsOptions are " + String.join(" ", options)) + ". Nothing was written to the volume");
            }
            return image;
        } catch (IOException | RuntimeException e) {
            image.close();
            throw e;
        }
    }

    /** Removes what a plugin that was killed has left in the folder of images. */
    static void removeAll(Path folder) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException e) {
            // There was never one.
        } catch (IOException e) {
            LOG.log(Level.WARNING, "images of file systems are left in {0}: {1}", new Object[] {folder, e.getMessage()});
        }
    }

    /** The file of a volume's image. */
    static Path of(String volumeId, Path folder) {
        return folder.resolve(FormatMark.name(volumeId) + SUFFIX);
    }

    private void extend(long sizeBytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            // The last byte: a file can't be made longer otherwise here. It is part of the size either way.
            channel.write(ByteBuffer.allocate(1), sizeBytes - 1);
        }
    }

    /** Its first bytes. */
    ByteBuffer first(int bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            return read(channel, 0, bytes);
        }
    }

    /** Copies all of it that isn't zero, but for the beginning. */
    void copyTo(Disk disk, int from) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            for (SparseFile.Extent extent : SparseFile.extents(file)) {
                long end = extent.offset() + extent.bytes();
                for (long offset = Math.max(extent.offset(), from); offset < end; offset += PART) {
                    copyNonZero(read(channel, offset, (int) Math.min(PART, end - offset)), offset, disk);
                }
            }
        }
    }

    private static void copyNonZero(ByteBuffer part, long offset, Disk disk) throws IOException {
        int start = -1;
        for (int at = 0; at < part.limit(); at += BLOCK) {
            int length = Math.min(BLOCK, part.limit() - at);
            boolean zero = Zeros.is(part.slice(at, length));
            if (!zero && start < 0) {
                start = at;
            } else if (zero && start >= 0) {
                disk.write(offset + start, part.slice(start, at - start));
                start = -1;
            }
        }
        if (start >= 0) {
            disk.write(offset + start, part.slice(start, part.limit() - start));
        }
    }

    private static ByteBuffer read(FileChannel channel, long offset, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        while (buffer.hasRemaining() && channel.read(buffer, offset + buffer.position()) >= 0) {
            // Until it is full, or the file ends.
        }
        return buffer.flip();
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
    }
}
