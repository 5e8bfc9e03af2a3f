package io.dysk.blob;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * A snapshot of a blob: its bytes and its metadata never change.
 *
 * @param id which one
 * @param name under which its maker asked for it
 * @param dataBytes size of the disk in it
 * @param metadata the caller's own: what was given with it, else what the blob had
 */
public record Snapshot(SnapshotId id, String name, long dataBytes, Map<String, String> metadata) {
    public Snapshot {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(name, "name");
        metadata = Map.copyOf(metadata);
    }

    /** When it was made, by the service's clock. */
    public Instant createdAt() {
        return id.createdAt();
    }
}
