package io.dysk.blob;

import java.util.Map;
import java.util.OptionalLong;

/**
 * How a disk lies in its blob, by the blob's size and metadata.
 *
 * @param format what the bytes are
 * @param dataBytes size of the disk
 * @param notedBytes of a VHD: the size noted when its last change was complete
 */
record DiskLayout(DiskFormat format, long dataBytes, OptionalLong notedBytes) {
    static final String VHD = "vhd";

    static DiskLayout of(long blobBytes, Map<String, String> metadata) {
        if (!VHD.equals(metadata.get(Metadata.FORMAT))) {
            return new DiskLayout(DiskFormat.RAW, blobBytes, OptionalLong.empty());
        }
        long beforeFooter = Math.max(0, blobBytes - VhdFooter.BYTES);
        String noted = metadata.getOrDefault(Metadata.DATA_BYTES, "");
        if (!noted.matches("\\d{1,18}")) {
            return new DiskLayout(DiskFormat.VHD_INCOMPLETE, beforeFooter, OptionalLong.empty());
        }
        long bytes = Long.parseLong(noted);
        return bytes == beforeFooter
                ? new DiskLayout(DiskFormat.VHD, bytes, OptionalLong.of(bytes))
                : new DiskLayout(DiskFormat.VHD_INCOMPLETE, Math.min(bytes, beforeFooter), OptionalLong.of(bytes));
    }
}
