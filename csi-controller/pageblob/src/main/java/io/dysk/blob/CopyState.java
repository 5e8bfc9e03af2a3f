package io.dysk.blob;

import java.util.Objects;

/**
 * The last copy into a blob.
 *
 * @param id names the copy
 * @param status how far it is
 * @param copiedBytes of the copy so far
 * @param totalBytes of the copy
 * @param reason of a copy that failed: why, in the service's words; else empty
 */
public record CopyState(String id, Status status, long copiedBytes, long totalBytes, String reason) {
    public CopyState {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(reason, "reason");
    }

    /** How far a copy is. */
    public enum Status {
        /** The service copies. The blob can be read, but its bytes are not to be relied on, and all else is refused. */
        PENDING,
        /** The bytes are there. */
        SUCCESS,
        /** It was {@linkplain PageBlobStore#abortCopy called off}: the blob is left with metadata and no bytes. */
        ABORTED,
        /** It didn't succeed: the blob is left with metadata and no bytes. */
        FAILED
    }
}
