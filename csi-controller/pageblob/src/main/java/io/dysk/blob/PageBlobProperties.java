package io.dysk.blob;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of a page blob or snapshot, all at one moment.
 *
 * @param address the blob
 * @param snapshot the snapshot, if it is one
 * @param blobBytes size of the blob
 * @param dataBytes size of the disk in it: less by the footer for a VHD
 * @param format what its bytes are
 * @param lease whether it is leased; always {@link LeaseState#AVAILABLE} for a snapshot
 * @param recordedHolder who wrote itself down as holder last. Not proven: see {@link PageBlobStore#leaseHolder}
 * @param sequenceNumber fence epoch of the writer
 * @param etag its state
 * @param createdAt when it was made
 * @param modifiedAt when it was last changed, to the second
 * @param metadata the caller's own
 * @param snapshotName under which name the snapshot was asked for
 * @param copy the last copy into it, if there was one
 * @param tier {@code P4} to {@code P60} in a premium account; empty in others
 */
public record PageBlobProperties(
        BlobAddress address,
        Optional<SnapshotId> snapshot,
        long blobBytes,
        long dataBytes,
        DiskFormat format,
        LeaseState lease,
        Optional<LeaseHolder> recordedHolder,
        long sequenceNumber,
        ETag etag,
        Instant createdAt,
        Instant modifiedAt,
        Map<String, String> metadata,
        Optional<String> snapshotName,
        Optional<CopyState> copy,
        Optional<String> tier) {

    public PageBlobProperties {
        metadata = Map.copyOf(metadata);
    }
}
