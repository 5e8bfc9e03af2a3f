package io.dysk.blob;

import java.util.Map;

/**
 * A page blob to be made. It is sparse: it takes no space until written to, and reads as zeros.
 *
 * @param dataBytes size of the disk: whole sectors of 512 bytes; for a VHD whole MiB, since Azure takes nothing else as a disk
 * @param vhd whether to add a VHD footer of 512 bytes behind the data, so that Azure can use the blob as a disk too
 * @param metadata the caller's own; see {@link Metadata} for what fits
 */
public record NewPageBlob(long dataBytes, boolean vhd, Map<String, String> metadata) {
    /** The largest page blob, footer included: 8 TiB. */
    public static final long MAX_BLOB_BYTES = 8L << 40;

    /** @throws BlobException.InvalidArgument if the size or the metadata don't fit */
    public NewPageBlob {
        checkSize(dataBytes, vhd);
        metadata = Metadata.checked(metadata);
    }

    /** A blob all of which is the disk. */
    public static NewPageBlob raw(long dataBytes) {
        return new NewPageBlob(dataBytes, false, Map.of());
    }

    /** A fixed VHD. */
    public static NewPageBlob vhd(long dataBytes) {
        return new NewPageBlob(dataBytes, true, Map.of());
    }

    static void checkSize(long dataBytes, boolean vhd) {
        long unit = vhd ? VhdFooter.DATA_UNIT_BYTES : 512;
        long largest = vhd ? (MAX_BLOB_BYTES - VhdFooter.BYTES) / unit * unit : MAX_BLOB_BYTES;
        if (dataBytes <= 0 || dataBytes % unit != 0 || dataBytes > largest) {
            throw new BlobException.InvalidArgument("size " + dataBytes + " is not possible: expected "
                    + (vhd ? "a multiple of 1048576 bytes (1 MiB; a VHD that Azure takes as a disk)" : "a multiple of 512 bytes")
                    + " from " + unit + " to " + largest);
        }
    }
}
