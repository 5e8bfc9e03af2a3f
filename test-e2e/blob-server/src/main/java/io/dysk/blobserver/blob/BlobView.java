package io.dysk.blobserver.blob;

import io.dysk.blobserver.pages.PageRange;
import io.dysk.blobserver.protocol.StorageException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Looks at one blob from inside the server, past HTTP and past all faults. Thread-safe. */
public final class BlobView {
    private final Store store;
    private final String account;
    private final String container;
    private final String name;

    /** Of a blob that may or may not exist. */
    public BlobView(Store store, String account, String container, String name) {
        this.store = store;
        this.account = account;
        this.container = container;
        this.name = name;
    }

    public boolean exists() {
        try {
            blob();
            return true;
        } catch (StorageException e) {
            return false;
        }
    }

    public long size() {
        Blob blob = blob();
        synchronized (blob) {
            return blob.current().size();
        }
    }

    public long sequenceNumber() {
        Blob blob = blob();
        synchronized (blob) {
            return blob.current().sequence();
        }
    }

    /** The id of the lease that holds now, or null. */
    public String leaseId() {
        Blob blob = blob();
        synchronized (blob) {
            return blob.lease.state(store.clock().now()).locked() ? blob.lease.id() : null;
        }
    }

    public byte[] read(long offset, int length) {
        Blob blob = blob();
        synchronized (blob) {
            ByteBuffer bytes = ByteBuffer.allocate(length);
            blob.current().read(offset, length, bytes);
            return bytes.array();
        }
    }

    /** The written pages, merged. */
    public List<PageRange> pageRanges() {
        Blob blob = blob();
        synchronized (blob) {
            return blob.current().ranges(0, blob.current().size(), Integer.MAX_VALUE);
        }
    }

    public Set<String> snapshots() {
        Blob blob = blob();
        synchronized (blob) {
            return Set.copyOf(blob.snapshots.keySet());
        }
    }

    public Map<String, String> metadata() {
        Blob blob = blob();
        synchronized (blob) {
            return blob.current().metadata();
        }
    }

    private Blob blob() {
        return store.blob(account, container, name);
    }
}
