package io.dysk.ctl;

import io.dysk.blob.DiskFormat;
import io.dysk.blob.PageBlobProperties;

/** What lies behind the disk in its blob and must stay out of the disk's reach: the footer of a VHD. */
final class DiskTail {

    private static final long FOOTER_BYTES = 512;
    private static final long MIB = 1 << 20;

    private DiskTail() {}

    /**
     * How many bytes it is.
     *
     * @param blob for messages
     * @param saidToBeVhd the user says that it is a VHD, though nothing noted on the blob does
     * @param readOnly nothing will be written
     */
    static long bytes(NamedBlob blob, PageBlobProperties seen, boolean saidToBeVhd, boolean readOnly) {
        if (seen.format() == DiskFormat.VHD_INCOMPLETE && !readOnly) {
            throw incomplete(blob, seen);
        }
        return seen.format() == DiskFormat.RAW && saidToBeVhd ? FOOTER_BYTES : seen.blobBytes() - seen.dataBytes();
    }

    /** Whether a blob that isn't marked as a VHD has the size of one: whole MiB and a footer. */
    static boolean mayBeFooter(PageBlobProperties seen) {
        return seen.format() == DiskFormat.RAW && seen.blobBytes() % MIB == FOOTER_BYTES;
    }

    /** For whatever needs a whole VHD. */
    static CtlException incomplete(NamedBlob blob, PageBlobProperties seen) {
        return new CtlException(ExitCode.FAILED, blob + " is a VHD whose last change was cut short: complete it with"
                + " 'dyskctl resize " + blob.address() + " " + seen.dataBytes() + "' first");
    }
}
