package io.dysk.kernelsuite.witness;

import io.dysk.blobserver.blob.AppliedWrite;
import io.dysk.blobserver.blob.AppliedWrites;
import io.dysk.kernelsuite.Endpoint;
import io.dysk.kernelsuite.PageBlob;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The ledgers of a server's blobs: given to the server when it starts ({@code BlobServerConfig.withWatcher}), and asked for a ledger
 * before a blob is first written. Thread-safe.
 */
public final class Ledgers implements AppliedWrites {
    private final Map<String, List<Ledger>> ledgers = new ConcurrentHashMap<>();

    /** Begins to watch an area of zeros of a blob; several areas of a blob have a ledger each. */
    public Ledger open(PageBlob blob, WitnessPlan plan) {
        Ledger ledger = Ledger.watching(plan);
        ledgers.computeIfAbsent(path(blob), path -> new CopyOnWriteArrayList<>()).add(ledger);
        return ledger;
    }

    private static String path(PageBlob blob) {
        return Endpoint.ACCOUNT + "/" + Endpoint.CONTAINER + "/" + blob.name();
    }

    @Override
    public void applied(AppliedWrite change, ByteBuffer bytes) {
        for (Ledger ledger : ledgers.getOrDefault(change.blob(), List.of())) {
            ledger.applied(change, bytes);
        }
    }
}
