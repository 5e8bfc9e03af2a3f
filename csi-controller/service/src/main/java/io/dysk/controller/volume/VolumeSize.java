package io.dysk.controller.volume;

import io.dysk.blob.NewPageBlob;
import io.dysk.csi.CapacityRange;
import io.dysk.rpc.call.RpcFailure;

/**
 * How large a volume may be: page blobs have whole sectors of 512 bytes, and VHDs whole MiB, up to 8 TiB.
 *
 * @param unit sizes are multiples of it
 * @param largest size of a disk
 */
record VolumeSize(long unit, long largest) {
    private static final long DEFAULT = 1L << 30;
    private static final VolumeSize RAW = new VolumeSize(512, NewPageBlob.MAX_BLOB_BYTES);
    /** With room for the footer. */
    private static final VolumeSize VHD = new VolumeSize(1 << 20, NewPageBlob.MAX_BLOB_BYTES - (1 << 20));

    static VolumeSize of(boolean vhd) {
        return vhd ? VHD : RAW;
    }

    /**
     * Makes sure that a range can be one.
     *
     * @throws RpcFailure INVALID_ARGUMENT if not
     */
    static void check(CapacityRange range) {
        if (range.getRequiredBytes() < 0 || range.getLimitBytes() < 0) {
            throw RpcFailure.invalidArgument("the capacity is negative: required " + range.getRequiredBytes() + ", limit " + range.getLimitBytes());
        }
        if (range.getLimitBytes() > 0 && range.getLimitBytes() < range.getRequiredBytes()) {
            throw RpcFailure.invalidArgument("the capacity's limit, " + range.getLimitBytes() + ", is below what is required, "
                    + range.getRequiredBytes());
        }
    }

    /** Whether a size is in a range. */
    static boolean fits(long bytes, CapacityRange range) {
        return bytes >= range.getRequiredBytes() && (range.getLimitBytes() == 0 || bytes <= range.getLimitBytes());
    }

    /** The size for a new, empty volume: what is required, else 1 GiB. */
    long ofNew(CapacityRange range) {
        long wanted = range.getRequiredBytes() > 0 ? range.getRequiredBytes()
                : range.getLimitBytes() > 0 ? Math.min(DEFAULT, Math.max(unit, range.getLimitBytes() / unit * unit)) : DEFAULT;
        return atLeast(wanted, range);
    }

    /** The size for a volume that is made from another: what is required, but not less than that. */
    long ofCopy(long source, CapacityRange range) {
        if (range.getLimitBytes() > 0 && range.getLimitBytes() < source) {
            throw RpcFailure.outOfRange("its source has " + source + " bytes, and it may have " + range.getLimitBytes()
                    + " only: ask for at least the source's size");
        }
        return atLeast(Math.max(source, range.getRequiredBytes()), range);
    }

    /**
     * A size rounded up.
     *
     * @throws RpcFailure OUT_OF_RANGE if it is beyond the range's limit or any blob's size then
     */
    long atLeast(long bytes, CapacityRange range) {
        if (bytes > largest) {
            throw RpcFailure.outOfRange("a volume has at most " + largest + " bytes, not " + bytes);
        }
        long rounded = (bytes + unit - 1) / unit * unit;
        if (range.getLimitBytes() > 0 && rounded > range.getLimitBytes()) {
            throw RpcFailure.outOfRange("sizes are multiples of " + unit + " bytes, and there is none from " + bytes + " to "
                    + range.getLimitBytes() + ": raise the limit");
        }
        return rounded;
    }
}
