package io.dysk.blobserver.blob;

import io.dysk.blobserver.protocol.StorageError;
import io.dysk.blobserver.protocol.StorageException;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** One blob with its snapshots. All of it, and its versions, is guarded by its monitor. */
final class Blob {
    final Container container;
    final String name;
    /** "account/container/name", as the write log has it. */
    final String path;
    /** Number that its record on disk is known by. */
    final long id;

    final Lease lease = new Lease();
    final NavigableMap<String, Version> snapshots = new TreeMap<>();
    private Map<String, String> tags = Map.of();
    private Version current;
    private volatile boolean live = true;

    Blob(Container container, String name, long id) {
        this.container = container;
        this.name = name;
        this.path = container.account + "/" + container.name + "/" + name;
        this.id = id;
    }

    Version current() {
        return current;
    }

    /** Puts other content in place of what is there. Returns what was there, or null. */
    Version replace(Version version) {
        Version before = current;
        current = version;
        if (before != null) {
            version.generation(before.generation() + 1);
        }
        return before;
    }

    boolean live() {
        return live;
    }

    void die() {
        live = false;
    }

    Map<String, String> tags() {
        return tags;
    }

    void tags(Map<String, String> wanted) {
        tags = Map.copyOf(wanted);
    }

    /** The snapshot of that name, or the blob itself for null. */
    Version version(String snapshot) {
        Version version = snapshot == null ? current : snapshots.get(snapshot);
        if (version == null) {
            throw new StorageException(StorageError.BLOB_NOT_FOUND);
        }
        return version;
    }

    void checkNoCopyPending() {
        if (current.copy() != null && current.copy().status() == Copy.Status.PENDING) {
            throw new StorageException(StorageError.PENDING_COPY);
        }
    }
}
