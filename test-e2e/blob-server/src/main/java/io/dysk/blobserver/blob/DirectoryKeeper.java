package io.dysk.blobserver.blob;

import io.dysk.blobserver.pages.Content;
import io.dysk.blobserver.pages.ContentDirectory;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Keeps containers and blobs in a directory: a record per container and per blob, replaced whole by
 * renaming, beside the contents they refer to. A content is made before the record that names it and
 * deleted after it, so the end of the process at any point leaves at most contents that nobody names;
 * they go at the next start.
 */
final class DirectoryKeeper implements Keeper {
    private static final String CONTAINER = ".container";
    private static final String BLOB = ".blob";

    private final Path records;
    private final boolean sync;
    private final ContentDirectory contents;
    private final AtomicLong lastBlob = new AtomicLong();

    DirectoryKeeper(Path directory, boolean sync) throws IOException {
        this.records = Files.createDirectories(directory.resolve("records"));
        this.sync = sync;
        this.contents = new ContentDirectory(directory.resolve("contents"), sync);
    }

    /** Reads all records into {@code containers}. */
    void load(Store store, Map<String, Container> containers) throws IOException {
        Set<Long> used = new HashSet<>();
        for (Path file : list(CONTAINER)) {
            Properties record = read(file);
            Container container = new Container(record.getProperty("account"), record.getProperty("name"));
            container.metadata(Section.of(record, "metadata.").map());
            container.touch(store.nextEtag(), store.clock().now());
            containers.put(container.account + "/" + container.name, container);
        }
        for (Path file : list(BLOB)) {
            Properties record = read(file);
            Container container = containers.get(record.getProperty("account") + "/" + record.getProperty("container"));
            long id = Long.parseLong(file.getFileName().toString().replace(BLOB, ""));
            lastBlob.accumulateAndGet(id, Math::max);
            if (container == null) {
                Files.delete(file);
                continue;
            }
            Blob blob = new Blob(container, record.getProperty("name"), id);
            BlobRecord.read(record, blob, contents, store, used);
            container.blobs.put(blob.name, blob);
        }
        contents.retain(used);
    }

    @Override
    public Content newContent() {
        try {
            return contents.createContent();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public long newBlobId() {
        return lastBlob.incrementAndGet();
    }

    @Override
    public void save(Container container) {
        Properties record = new Properties();
        record.setProperty("account", container.account);
        record.setProperty("name", container.name);
        Section.of(record, "metadata.").put(container.metadata());
        write(file(container), record);
    }

    @Override
    public void save(Blob blob) {
        Properties record = new Properties();
        record.setProperty("account", blob.container.account);
        record.setProperty("container", blob.container.name);
        record.setProperty("name", blob.name);
        BlobRecord.write(record, blob);
        write(records.resolve(blob.id + BLOB), record);
    }

    @Override
    public void forget(Container container) {
        delete(file(container));
    }

    @Override
    public void forget(Blob blob) {
        delete(records.resolve(blob.id + BLOB));
    }

    @Override
    public void close() throws IOException {
        contents.close();
    }

    private Path file(Container container) {
        return records.resolve(container.account + "." + container.name + CONTAINER);
    }

    private List<Path> list(String suffix) throws IOException {
        try (Stream<Path> files = Files.list(records)) {
            return files.filter(file -> file.getFileName().toString().endsWith(suffix)).sorted().toList();
        }
    }

    private static Properties read(Path file) throws IOException {
        Properties record = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            record.load(in);
        }
        return record;
    }

    private void write(Path file, Properties record) {
        try {
            Path fresh = file.resolveSibling(file.getFileName() + ".new");
            try (Writer out = Files.newBufferedWriter(fresh)) {
                record.store(out, null);
            }
            if (sync) {
                force(fresh, StandardOpenOption.WRITE);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            if (sync) {
                force(records, StandardOpenOption.READ);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void delete(Path file) {
        try {
            Files.deleteIfExists(file);
            if (sync) {
                force(records, StandardOpenOption.READ);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void force(Path path, StandardOpenOption mode) throws IOException {
        try (FileChannel channel = FileChannel.open(path, mode)) {
            channel.force(true);
        }
    }
}
