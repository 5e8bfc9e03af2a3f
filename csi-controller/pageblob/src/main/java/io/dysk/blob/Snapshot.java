package io.dysk.blob;

import java.util.Objects;

/**
 * A snapshot of a blob: its bytes never change.
 *
 * @param id which one
 * @param name under which its maker asked for it
 * @param dataBytes size of the disk in it
 */
public record Snapshot(SnapshotId id, String name, long dataBytes) {
    public Snapshot {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(name, "name");
    }
}
