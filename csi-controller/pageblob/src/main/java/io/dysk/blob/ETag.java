package io.dysk.blob;

/**
 * One state of a blob: every change of its pages, size, metadata or sequence number gives it a new one; lease calls don't.
 * Tags can be compared for equality only, they have no order.
 *
 * @param value as the service sent it, with its quotes
 */
public record ETag(String value) {
    /** @throws BlobException.InvalidArgument if it is empty or can't be put in a header */
    public ETag {
        if (value == null || value.isBlank() || !value.chars().allMatch(c -> c >= 0x20 && c < 0x7f)) {
            throw new BlobException.InvalidArgument("an ETag is one line of visible ASCII, such as \"0x8DB1234567890AB\"");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
