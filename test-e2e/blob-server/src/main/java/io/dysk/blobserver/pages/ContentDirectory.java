package io.dysk.blobserver.pages;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** A directory of file-backed contents, each known by a number that is never used twice. Thread-safe. */
public final class ContentDirectory implements AutoCloseable {
    private static final ThreadLocal<ByteBuffer> SCRATCH =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(1 << 13).order(ByteOrder.LITTLE_ENDIAN));

    private final Path directory;
    private final boolean sync;
    private final AtomicLong last = new AtomicLong();
    private final Map<Long, FileBytes> open = new HashMap<>();

    /**
     * @param directory made if it isn't there
     * @param sync whether every write waits for the disk
     */
    public ContentDirectory(Path directory, boolean sync) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.sync = sync;
        for (long id : ids()) {
            last.accumulateAndGet(id, Math::max);
        }
    }

    /** A new, empty content. */
    public Content createContent() throws IOException {
        return create().load();
    }

    /** A content that an earlier process left. */
    public Content open(long id) throws IOException {
        return register(new FileBytes(this, id)).load();
    }

    /** Deletes what nobody refers to: the remains of a process that ended in the middle of something. */
    public void retain(Set<Long> ids) throws IOException {
        for (long id : ids()) {
            if (!ids.contains(id)) {
                FileBytes.deleteFiles(this, id);
            }
        }
    }

    FileBytes create() throws IOException {
        return register(new FileBytes(this, last.incrementAndGet()));
    }

    void delete(long id) throws IOException {
        synchronized (open) {
            open.remove(id);
        }
        FileBytes.deleteFiles(this, id);
    }

    @Override
    public void close() throws IOException {
        synchronized (open) {
            for (FileBytes bytes : open.values()) {
                bytes.close();
            }
            open.clear();
        }
    }

    private FileBytes register(FileBytes bytes) {
        synchronized (open) {
            open.put(bytes.id(), bytes);
        }
        return bytes;
    }

    private List<Long> ids() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("\\d{1,18}\\.data"))
                    .map(name -> Long.parseLong(name.substring(0, name.length() - 5)))
                    .toList();
        }
    }

    boolean sync() {
        return sync;
    }

    ByteBuffer scratch() {
        return SCRATCH.get();
    }

    Path data(long id) {
        return directory.resolve(id + ".data");
    }

    Path written(long id) {
        return directory.resolve(id + ".written");
    }

    Path changed(long id) {
        return directory.resolve(id + ".changed");
    }
}
