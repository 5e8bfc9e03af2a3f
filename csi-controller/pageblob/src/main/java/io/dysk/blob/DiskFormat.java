package io.dysk.blob;

/** What the bytes of a page blob are. */
public enum DiskFormat {
    /** All of them are the disk. */
    RAW,
    /** A fixed VHD: the last 512 bytes are its footer, what is before them is the disk. Azure takes it as a disk. */
    VHD,
    /**
     * A VHD whose creation or growth was cut short. The disk is not to be used beyond {@link PageBlobProperties#dataBytes()};
     * {@link PageBlobStore#resize} to any allowed size, also the present one, completes it.
     */
    VHD_INCOMPLETE
}
