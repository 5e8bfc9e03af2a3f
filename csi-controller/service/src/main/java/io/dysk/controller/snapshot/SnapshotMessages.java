package io.dysk.controller.snapshot;

import com.google.protobuf.Timestamp;
import io.dysk.controller.volume.VolumeId;
import io.dysk.csi.Snapshot;
import java.time.Instant;

/** Snapshots as CSI describes them. They are usable as soon as they are there: the service keeps them by reference. */
final class SnapshotMessages {
    private SnapshotMessages() {}

    /**
     * The message for a snapshot.
     *
     * @param id its id
     * @param dataBytes size of the disk in it
     */
    static Snapshot of(VolumeId id, long dataBytes) {
        Instant created = id.snapshot().orElseThrow().createdAt();
        return Snapshot.newBuilder()
                .setSnapshotId(id.toString())
                .setSourceVolumeId(id.withoutSnapshot().toString())
                .setSizeBytes(dataBytes)
                .setCreationTime(Timestamp.newBuilder().setSeconds(created.getEpochSecond()).setNanos(created.getNano()))
                .setReadyToUse(true)
                .build();
    }
}
