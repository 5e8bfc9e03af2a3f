package io.dysk.node.filesystem;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What a device begins with while we make a file system on it: it says that the device was proven empty for this volume, and that nobody
 * can have mounted it since.
 *
 * <p>One sector: the magic "dysk mkfs cut 1\n", then SHA-256 of the volume's id, then SHA-256 of all that.
 */
final class FormatMark {
    static final int BYTES = 512;
    private static final byte[] MAGIC = "dysk mkfs cut 1\n".getBytes(StandardCharsets.US_ASCII);

    private FormatMark() {}

    static ByteBuffer of(String volumeId) {
        ByteBuffer mark = ByteBuffer.allocate(BYTES);
        mark.put(MAGIC).put(sha256(volumeId.getBytes(StandardCharsets.UTF_8)));
        byte[] written = new byte[mark.position()];
        mark.get(0, written);
        return mark.put(sha256(written)).rewind();
    }

    /** Whether a device that begins like this has the mark of this volume. */
    static boolean isAt(ByteBuffer head, String volumeId) {
        return head.slice(0, BYTES).equals(of(volumeId));
    }

    /** Whether it has a mark of any volume. */
    static boolean isAnyAt(ByteBuffer head) {
        return head.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC));
    }

    /** The volume as a file's name. */
    static String name(String volumeId) {
        return HexFormat.of().formatHex(sha256(volumeId.getBytes(StandardCharsets.UTF_8)), 0, 16);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
