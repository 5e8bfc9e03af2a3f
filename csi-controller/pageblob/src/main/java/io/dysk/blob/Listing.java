package io.dysk.blob;

import java.util.Optional;

/**
 * What part of a container to list.
 *
 * @param prefix only blobs whose names start so; empty: all
 * @param snapshots whether snapshots come along, each before its blob, oldest first
 * @param pageSize at most so many entries, 1 to 5000; other kinds of blobs count too but are left out
 * @param from {@link Page#next()} of the part before, or empty for the first
 */
public record Listing(String prefix, boolean snapshots, int pageSize, Optional<String> from) {
    /** The most entries that the service gives at once. */
    public static final int MAX_PAGE_SIZE = 5000;

    /** @throws BlobException.InvalidArgument if the page size isn't possible */
    public Listing {
        if (pageSize < 1 || pageSize > MAX_PAGE_SIZE) {
            throw new BlobException.InvalidArgument("page size " + pageSize + " is not possible: expected 1 to " + MAX_PAGE_SIZE);
        }
    }

    /** All page blobs whose names start so, without snapshots. */
    public static Listing ofPrefix(String prefix) {
        return new Listing(prefix, false, MAX_PAGE_SIZE, Optional.empty());
    }

    /** The part after one that ended so. */
    public Listing from(String next) {
        return new Listing(prefix, snapshots, pageSize, Optional.of(next));
    }
}
