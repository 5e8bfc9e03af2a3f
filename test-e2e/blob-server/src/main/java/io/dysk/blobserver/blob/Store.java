package io.dysk.blobserver.blob;

import io.dysk.blobserver.http.ServerClock;
import io.dysk.blobserver.protocol.StorageError;
import io.dysk.blobserver.protocol.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/** All containers and blobs of a server, and what makes etags and snapshot names unique. Thread-safe. */
public final class Store implements AutoCloseable {
    private static final DateTimeFormatter SNAPSHOT =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    /** 100 ns between 0001-01-01, which etags count from, and 1970-01-01. */
    private static final long ETAG_EPOCH = 621_355_968_000_000_000L;

    private final ServerClock clock;
    private final Keeper keeper;
    private final WriteLog log;
    private final SnapshotLimit snapshotLimit;
    private final NavigableMap<String, Container> containers = new ConcurrentSkipListMap<>();
    private final AtomicLong lastEtag;
    private final AtomicLong lastSnapshot = new AtomicLong();

    private Store(ServerClock clock, Keeper keeper, WriteLog log, SnapshotLimit snapshotLimit) {
        this.clock = clock;
        this.keeper = keeper;
        this.log = log;
        this.snapshotLimit = snapshotLimit;
        this.lastEtag = new AtomicLong(ETAG_EPOCH + clock.now() * 10_000);
    }

    /** Blobs in memory. */
    public static Store inMemory(ServerClock clock, WriteLog log, SnapshotLimit snapshotLimit) {
        return new Store(clock, new MemoryKeeper(), log, snapshotLimit);
    }

    /**
     * Blobs in a directory; what an earlier process left there is found again.
     *
     * @param sync whether every change waits for the disk
     */
    public static Store inDirectory(
            Path directory, boolean sync, ServerClock clock, WriteLog log, SnapshotLimit snapshotLimit)
            throws IOException {
        DirectoryKeeper keeper = new DirectoryKeeper(directory, sync);
        Store store = new Store(clock, keeper, log, snapshotLimit);
        keeper.load(store, store.containers);
        return store;
    }

    ServerClock clock() {
        return clock;
    }

    SnapshotLimit snapshotLimit() {
        return snapshotLimit;
    }

    Keeper keeper() {
        return keeper;
    }

    public WriteLog log() {
        return log;
    }

    NavigableMap<String, Container> containers() {
        return containers;
    }

    Container container(String account, String name) {
        Container container = containers.get(account + "/" + name);
        if (container == null) {
            throw new StorageException(StorageError.CONTAINER_NOT_FOUND);
        }
        return container;
    }

    /** The blob, or null. */
    Blob find(Container container, String name) {
        return container.blobs.get(name);
    }

    Blob blob(String account, String containerName, String name) {
        Blob blob = find(container(account, containerName), name);
        if (blob == null) {
            throw new StorageException(StorageError.BLOB_NOT_FOUND);
        }
        return blob;
    }

    /** An etag that was never used before. */
    long nextEtag() {
        return lastEtag.incrementAndGet();
    }

    /** A snapshot name that was never used before and sorts behind all others. */
    String nextSnapshot() {
        long now = clock.now() * 10_000;
        long ticks = lastSnapshot.updateAndGet(last -> Math.max(last + 1, now));
        return SNAPSHOT.format(Instant.ofEpochSecond(
                Math.floorDiv(ticks, 10_000_000), Math.floorMod(ticks, 10_000_000) * 100));
    }

    /** Snapshot names given from now on sort behind this one. */
    void sawSnapshot(String name) {
        Instant time = Instant.from(SNAPSHOT.parse(name));
        long ticks = time.getEpochSecond() * 10_000_000 + time.getNano() / 100;
        lastSnapshot.accumulateAndGet(ticks, Math::max);
    }

    @Override
    public void close() throws IOException {
        keeper.close();
    }

}
