package io.dysk.blob;

import java.util.Objects;

/**
 * Which blob, inside of one account.
 *
 * @param container the container
 * @param blob the blob
 */
public record BlobAddress(ContainerName container, BlobName blob) {
    public BlobAddress {
        Objects.requireNonNull(container, "container");
        Objects.requireNonNull(blob, "blob");
    }

    /**
     * The address of a blob by its two names.
     *
     * @throws BlobException.InvalidArgument if one of them has the wrong form
     */
    public static BlobAddress of(String container, String blob) {
        return new BlobAddress(new ContainerName(container), new BlobName(blob));
    }

    /** {@code container/blob}. */
    @Override
    public String toString() {
        return container + "/" + blob;
    }
}
