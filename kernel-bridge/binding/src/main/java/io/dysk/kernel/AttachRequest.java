package io.dysk.kernel;

import java.time.Duration;
import java.util.Optional;

/**
 * What to attach and how. Start with {@link #writable} or {@link #readOnly}.
 *
 * @param blob the page blob, or with {@code readOnly} a snapshot of it
 * @param endpoint where it is served
 * @param credential an account key or SAS
 * @param leaseId the lease that every write carries, a GUID in lower case; empty only with {@code readOnly}
 * @param readOnly take no lease, raise no epoch, write nothing
 * @param partitions scan the disk for partitions
 * @param tailBytes bytes at the end of the blob that are kept out of the disk and out of its reach, whole sectors: 512 for
 *     the footer of a VHD
 * @param label the caller's own name for the attachment, given back with {@link DeviceInfo#label()}; may be empty, at
 *     most 135 bytes of UTF-8
 * @param limits of the device
 * @param timeout limit for the attach call itself; empty: the module's default (30 s)
 */
public record AttachRequest(
        BlobLocation blob,
        Endpoint endpoint,
        Credential credential,
        Optional<String> leaseId,
        boolean readOnly,
        boolean partitions,
        long tailBytes,
        String label,
        Limits limits,
        Optional<Duration> timeout) {

    private static final int SECTOR_BYTES = 512;

    public AttachRequest {
        AbiText.optional("label", label, DyskAbi.LABEL_MAX);
        leaseId.ifPresent(id -> AbiText.require("lease id", id, DyskAbi.LEASE_MAX));
        timeout.ifPresent(t -> Limits.requireMillis("attach time-out", t));
        if (tailBytes < 0 || tailBytes % SECTOR_BYTES != 0) {
            throw new IllegalArgumentException(
                    "a tail of " + tailBytes + " bytes is not possible: expected whole sectors of " + SECTOR_BYTES);
        }
        if (!readOnly && leaseId.isEmpty()) {
            throw new IllegalArgumentException("a writable attachment needs a lease id");
        }
        if (!readOnly && blob.snapshot().isPresent()) {
            throw new IllegalArgumentException("a snapshot can only be attached read-only");
        }
    }

    public static AttachRequest writable(BlobLocation blob, Endpoint endpoint, Credential credential, String leaseId) {
        return new AttachRequest(
                blob, endpoint, credential, Optional.of(leaseId), false, false, 0, "", Limits.DEFAULTS, Optional.empty());
    }

    public static AttachRequest readOnly(BlobLocation blob, Endpoint endpoint, Credential credential) {
        return new AttachRequest(
                blob, endpoint, credential, Optional.empty(), true, false, 0, "", Limits.DEFAULTS, Optional.empty());
    }

    public AttachRequest withLabel(String text) {
        return new AttachRequest(
                blob, endpoint, credential, leaseId, readOnly, partitions, tailBytes, text, limits, timeout);
    }

    public AttachRequest withPartitions(boolean scan) {
        return new AttachRequest(
                blob, endpoint, credential, leaseId, readOnly, scan, tailBytes, label, limits, timeout);
    }

    public AttachRequest withTailBytes(long bytes) {
        return new AttachRequest(
                blob, endpoint, credential, leaseId, readOnly, partitions, bytes, label, limits, timeout);
    }

    public AttachRequest withLimits(Limits deviceLimits) {
        return new AttachRequest(
                blob, endpoint, credential, leaseId, readOnly, partitions, tailBytes, label, deviceLimits, timeout);
    }

    public AttachRequest withTimeout(Duration limit) {
        return new AttachRequest(
                blob, endpoint, credential, leaseId, readOnly, partitions, tailBytes, label, limits, Optional.of(limit));
    }
}
