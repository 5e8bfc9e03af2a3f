package io.dysk.blob;

import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.BlobItemProperties;
import com.azure.storage.blob.models.BlobProperties;
import com.azure.storage.blob.models.BlobType;
import com.azure.storage.blob.models.CopyStatusType;
import com.azure.storage.blob.models.LeaseStateType;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A blob as the service describes it: what callers see, and all of its metadata with our own.
 *
 * @param properties what callers see
 * @param metadata all of it, names in lower case
 */
record BlobState(PageBlobProperties properties, Map<String, String> metadata) {
    BlobState {
        metadata = Map.copyOf(metadata);
    }

    static BlobState of(BlobAddress address, Optional<SnapshotId> snapshot, BlobProperties p) {
        // Whatever answers without these is not a blob service: a captive portal, or a proxy that is off.
        requirePageBlob(address, Objects.requireNonNull(p.getBlobType()));
        Objects.requireNonNull(p.getETag());
        return of(address, snapshot, p.getBlobSize(), p.getLeaseState(), p.getBlobSequenceNumber(), p.getETag(), p.getCreationTime(),
                p.getLastModified(), p.getMetadata(), copy(p.getCopyId(), p.getCopyStatus(), p.getCopyProgress(), p.getCopyStatusDescription()),
                Tiers.of(p.getAccessTier()));
    }

    /** Of a page blob in a listing. */
    static BlobState of(BlobAddress address, BlobItem item) {
        BlobItemProperties p = item.getProperties();
        return of(address, Optional.ofNullable(item.getSnapshot()).map(SnapshotId::new), p.getContentLength(), p.getLeaseState(),
                p.getBlobSequenceNumber(), p.getETag(), p.getCreationTime(), p.getLastModified(), item.getMetadata(),
                copy(p.getCopyId(), p.getCopyStatus(), p.getCopyProgress(), p.getCopyStatusDescription()),
                Tiers.of(p.getAccessTier()));
    }

    private static BlobState of(BlobAddress address, Optional<SnapshotId> snapshot, Long bytes, LeaseStateType lease, Long sequence,
            String etag, OffsetDateTime created, OffsetDateTime modified, Map<String, String> rawMetadata, Optional<CopyState> copy,
            Optional<String> tier) {
        Instant modifiedAt = instant(modified);
        return of(address, snapshot, bytes == null ? 0 : bytes, leaseState(lease), sequence == null ? 0 : sequence, etag(etag),
                created == null ? modifiedAt : created.toInstant(), modifiedAt, lowerCase(rawMetadata), copy, tier);
    }

    private static BlobState of(BlobAddress address, Optional<SnapshotId> snapshot, long blobBytes, LeaseState lease, long sequence,
            ETag etag, Instant created, Instant modified, Map<String, String> metadata, Optional<CopyState> copy, Optional<String> tier) {
        DiskLayout layout = DiskLayout.of(blobBytes, metadata);
        Map<String, String> callers = new HashMap<>(metadata);
        callers.keySet().removeIf(name -> name.startsWith(Metadata.OWN_PREFIX));
        var properties = new PageBlobProperties(address, snapshot, blobBytes, layout.dataBytes(), layout.format(), lease,
                snapshot.isPresent() ? Optional.empty() : holder(metadata), sequence, etag, created, modified, callers,
                Optional.ofNullable(metadata.get(Metadata.SNAPSHOT_NAME)), copy, tier);
        return new BlobState(properties, metadata);
    }

    /** The same blob once it is leased; the service's answer to leasing says no more than that. */
    BlobState leased() {
        return with(LeaseState.LEASED, properties.etag(), properties.modifiedAt(), metadata);
    }

    /** The same blob with other metadata. */
    BlobState changed(Map<String, String> now, ETag etag, Instant modifiedAt) {
        return with(properties.lease(), etag, modifiedAt, now);
    }

    private BlobState with(LeaseState lease, ETag etag, Instant modifiedAt, Map<String, String> now) {
        return of(properties.address(), properties.snapshot(), properties.blobBytes(), lease, properties.sequenceNumber(), etag,
                properties.createdAt(), modifiedAt, now, properties.copy(), properties.tier());
    }

    ETag etag() {
        return properties.etag();
    }

    private static void requirePageBlob(BlobAddress address, BlobType type) {
        if (type != BlobType.PAGE_BLOB) {
            throw new BlobException.NotPageBlob("blob " + address + " is not a page blob but a " + type
                    + ": volumes need page blobs", BlobException.Answer.NONE);
        }
    }

    private static Map<String, String> lowerCase(Map<String, String> metadata) {
        Map<String, String> result = new TreeMap<>();
        if (metadata != null) {
            metadata.forEach((name, value) -> result.put(name.toLowerCase(Locale.ROOT), value == null ? "" : value));
        }
        return result;
    }

    // Listings leave the quotes out, headers have them.
    static ETag etag(String value) {
        return new ETag(value.endsWith("\"") ? value : '"' + value + '"');
    }

    private static Instant instant(OffsetDateTime time) {
        return time == null ? Instant.EPOCH : time.toInstant();
    }

    private static LeaseState leaseState(LeaseStateType state) {
        return switch (state) {
            case null -> LeaseState.AVAILABLE; // snapshots
            case AVAILABLE -> LeaseState.AVAILABLE;
            case LEASED -> LeaseState.LEASED;
            case EXPIRED -> LeaseState.EXPIRED;
            case BREAKING -> LeaseState.BREAKING;
            case BROKEN -> LeaseState.BROKEN;
        };
    }

    private static Optional<LeaseHolder> holder(Map<String, String> metadata) {
        try {
            return metadata.containsKey(Metadata.HOLDER_NAME)
                    ? Optional.of(new LeaseHolder(metadata.get(Metadata.HOLDER_NAME), LeaseId.parse(metadata.get(Metadata.HOLDER_LEASE))))
                    : Optional.empty();
        } catch (BlobException.InvalidArgument e) {
            return Optional.empty(); // somebody else wrote it
        }
    }

    private static Optional<CopyState> copy(String id, CopyStatusType status, String progress, String description) {
        if (id == null || status == null) {
            return Optional.empty();
        }
        CopyState.Status ours = switch (status) {
            case PENDING -> CopyState.Status.PENDING;
            case SUCCESS -> CopyState.Status.SUCCESS;
            case ABORTED -> CopyState.Status.ABORTED;
            case FAILED -> CopyState.Status.FAILED;
        };
        boolean known = progress != null && progress.matches("\\d{1,18}/\\d{1,18}");
        String[] parts = known ? progress.split("/") : new String[] {"0", "0"};
        String reason = ours == CopyState.Status.FAILED && description != null ? description : "";
        return Optional.of(new CopyState(id, ours, Long.parseLong(parts[0]), Long.parseLong(parts[1]), reason));
    }
}
