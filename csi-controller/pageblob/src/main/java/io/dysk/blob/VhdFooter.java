package io.dysk.blob;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * The footer of a fixed VHD: the 512 bytes that stand behind the data and make an Azure disk of a page blob.
 *
 * @param dataBytes size of the disk, whole sectors of 512 bytes
 * @param diskId unique id of the disk
 * @param createdAt kept to the second, counted from the year 2000
 * @see <a href="https://learn.microsoft.com/windows/win32/vstor/about-vhd">Virtual Hard Disk Image Format Specification</a>
 */
public record VhdFooter(long dataBytes, UUID diskId, Instant createdAt) {
    /** Size of the footer. */
    public static final int BYTES = 512;
    /** Azure takes VHDs as disks only if their data are a multiple of this: 1 MiB. */
    public static final long DATA_UNIT_BYTES = 1 << 20;

    private static final byte[] COOKIE = "conectix".getBytes(StandardCharsets.US_ASCII);
    private static final int FEATURES_RESERVED = 2; // always set
    private static final int FORMAT_1_0 = 0x0001_0000;
    private static final long NO_DATA_OFFSET = -1; // fixed disks have no header
    // Readers that don't know the creator take the size from the rounded geometry and cut off the end; this one they know.
    private static final byte[] CREATOR = "win ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CREATOR_HOST = "Wi2k".getBytes(StandardCharsets.US_ASCII); // of the two known ones
    private static final int FIXED = 2;
    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");
    private static final int CHECKSUM_AT = 64;

    /** @throws BlobException.InvalidArgument if the size is no number of sectors */
    public VhdFooter {
        Objects.requireNonNull(diskId, "diskId");
        Objects.requireNonNull(createdAt, "createdAt");
        if (dataBytes <= 0 || dataBytes % 512 != 0) {
            throw new BlobException.InvalidArgument("a VHD of " + dataBytes + " bytes is not possible: expected a multiple of 512");
        }
    }

    /** The footer as it is written behind the data. */
    public byte[] toBytes() {
        DiskGeometry geometry = DiskGeometry.ofSectors(dataBytes / 512);
        ByteBuffer footer = ByteBuffer.allocate(BYTES)
                .put(COOKIE)
                .putInt(FEATURES_RESERVED)
                .putInt(FORMAT_1_0)
                .putLong(NO_DATA_OFFSET)
                .putInt((int) Duration.between(EPOCH, createdAt).toSeconds())
                .put(CREATOR)
                .putInt(FORMAT_1_0)
                .put(CREATOR_HOST)
                .putLong(dataBytes) // original size
                .putLong(dataBytes) // current size
                .putShort((short) geometry.cylinders())
                .put((byte) geometry.heads())
                .put((byte) geometry.sectorsPerTrack())
                .putInt(FIXED)
                .putInt(0) // checksum, see below
                .putLong(diskId.getMostSignificantBits())
                .putLong(diskId.getLeastSignificantBits());
        footer.putInt(CHECKSUM_AT, checksum(footer.array()));
        return footer.array();
    }

    /**
     * Reads a footer.
     *
     * @param footer the last 512 bytes of a blob
     * @return empty unless it is the footer of a fixed VHD with the right checksum and a possible size
     */
    public static Optional<VhdFooter> parse(byte[] footer) {
        if (footer.length != BYTES) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(footer);
        byte[] cookie = new byte[COOKIE.length];
        in.get(cookie);
        long dataBytes = in.getLong(48);
        if (!Arrays.equals(cookie, COOKIE) || in.getInt(60) != FIXED || in.getInt(CHECKSUM_AT) != checksum(footer)
                || dataBytes <= 0 || dataBytes % 512 != 0) {
            return Optional.empty();
        }
        return Optional.of(new VhdFooter(dataBytes, new UUID(in.getLong(68), in.getLong(76)),
                EPOCH.plusSeconds(Integer.toUnsignedLong(in.getInt(24)))));
    }

    /** The complement of the sum of all bytes but the checksum's own. */
    private static int checksum(byte[] footer) {
        int sum = 0;
        for (int i = 0; i < footer.length; i++) {
            if (i < CHECKSUM_AT || i >= CHECKSUM_AT + Integer.BYTES) {
                sum += Byte.toUnsignedInt(footer[i]);
            }
        }
        return ~sum;
    }
}
