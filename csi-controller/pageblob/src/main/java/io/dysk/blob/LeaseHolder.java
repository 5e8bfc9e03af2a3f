package io.dysk.blob;

/**
 * Who holds the lease of a blob, as its holder wrote it into the blob's metadata.
 *
 * @param name the node, or what else the holder called itself: 1 to 253 visible ASCII characters
 * @param lease the holder's lease
 */
public record LeaseHolder(String name, LeaseId lease) {
    private static final int MAX_CHARACTERS = 253;

    /** @throws BlobException.InvalidArgument if the name can't be kept in metadata */
    public LeaseHolder {
        if (lease == null) {
            throw new BlobException.InvalidArgument("a lease holder needs a lease id");
        }
        if (name == null || name.isEmpty() || name.length() > MAX_CHARACTERS
                || !name.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
            throw new BlobException.InvalidArgument("lease holder " + Text.quoted(name)
                    + " is not a valid name: expected 1 to 253 visible ASCII characters, such as the name of the node");
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
