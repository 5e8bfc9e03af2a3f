package io.dysk.blob;

import java.util.UUID;

/**
 * The id of a lease, chosen by us and not by the service: whoever knows the volume and the node can compute it. So publishing a
 * volume twice to one node asks for the same lease twice, which the service grants, and nothing has to be stored.
 *
 * @param value the id
 */
public record LeaseId(UUID value) {
    private static final UUID WRITERS = UUID.fromString("9f1d3c52-7a0e-4b1b-8a53-6c0f5d0c2e11");
    private static final UUID READERS = UUID.fromString("4c7be0a6-1f0f-4c5d-b6a9-0d9f9b6f7a42");

    public LeaseId {
        if (value == null) {
            throw new BlobException.InvalidArgument("a lease id is missing");
        }
    }

    /**
     * The lease with which one node writes to one volume.
     *
     * @param volumeId any text that names the volume for ever, such as the URL of its blob without a query
     * @param nodeId any text that names the node
     * @throws BlobException.InvalidArgument if one of them is empty or has a NUL in it
     */
    public static LeaseId ofWriter(String volumeId, String nodeId) {
        return new LeaseId(NameBasedUuid.of(WRITERS, part("volume id", volumeId) + '\0' + part("node id", nodeId)));
    }

    /**
     * The lease that all read-only publishers of one volume share, so that no writer can come in under them.
     *
     * @param volumeId as in {@link #ofWriter}
     * @throws BlobException.InvalidArgument if it is empty or has a NUL in it
     */
    public static LeaseId ofReaders(String volumeId) {
        return new LeaseId(NameBasedUuid.of(READERS, part("volume id", volumeId)));
    }

    /**
     * A lease id from its text, in either case.
     *
     * @throws BlobException.InvalidArgument if it isn't a UUID
     */
    public static LeaseId parse(String text) {
        try {
            UUID value = UUID.fromString(text);
            // UUID.fromString takes shortened groups too.
            if (value.toString().equalsIgnoreCase(text)) {
                return new LeaseId(value);
            }
        } catch (IllegalArgumentException | NullPointerException e) {
            // Said below, for both ways to be wrong.
        }
        throw new BlobException.InvalidArgument("lease id " + Text.quoted(text)
                + " is not a UUID: expected the form 01234567-89ab-cdef-0123-456789abcdef");
    }

    // NUL stands between the parts, so ("a", "b c") and ("a b", "c") can't give one id.
    private static String part(String what, String text) {
        if (text == null || text.isEmpty() || text.indexOf('\0') >= 0) {
            throw new BlobException.InvalidArgument("a lease needs a " + what + ": one that is not empty and has no NUL in it");
        }
        return text;
    }

    /** In lower case, as it must be sent: some services compare the text. */
    @Override
    public String toString() {
        return value.toString();
    }
}
