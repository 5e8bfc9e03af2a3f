package io.dysk.blob;

import java.util.Optional;

/**
 * Which page ranges to ask for.
 *
 * @param snapshot of which snapshot; empty: of the blob itself
 * @param offsetBytes from where, a whole sector of 512 bytes
 * @param lengthBytes how far, whole sectors
 * @param pageSize at most so many ranges at once, 1 to 10000
 * @param from {@link Page#next()} of the part before, or empty for the first
 */
public record RangeQuery(Optional<SnapshotId> snapshot, long offsetBytes, long lengthBytes, int pageSize, Optional<String> from) {
    private static final int MAX_PAGE_SIZE = 10_000;

    /** @throws BlobException.InvalidArgument if the range or the page size isn't possible */
    public RangeQuery {
        if (offsetBytes < 0 || lengthBytes <= 0 || offsetBytes % 512 != 0 || lengthBytes % 512 != 0
                || lengthBytes > NewPageBlob.MAX_BLOB_BYTES - offsetBytes) {
            throw new BlobException.InvalidArgument("range of " + lengthBytes + " bytes at " + offsetBytes
                    + " is not possible: expected multiples of 512 inside of 8 TiB");
        }
        if (pageSize < 1 || pageSize > MAX_PAGE_SIZE) {
            throw new BlobException.InvalidArgument("page size " + pageSize + " is not possible: expected 1 to " + MAX_PAGE_SIZE);
        }
    }

    /** All ranges of the blob itself in a window. */
    public static RangeQuery ofWindow(long offsetBytes, long lengthBytes) {
        return new RangeQuery(Optional.empty(), offsetBytes, lengthBytes, MAX_PAGE_SIZE, Optional.empty());
    }

    /** The same of a snapshot. */
    public RangeQuery in(SnapshotId of) {
        return new RangeQuery(Optional.of(of), offsetBytes, lengthBytes, pageSize, from);
    }

    /** The part after one that ended so. */
    public RangeQuery from(String next) {
        return new RangeQuery(snapshot, offsetBytes, lengthBytes, pageSize, Optional.of(next));
    }
}
