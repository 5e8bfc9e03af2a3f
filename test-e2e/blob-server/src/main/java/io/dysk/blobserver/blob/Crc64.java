package io.dysk.blobserver.blob;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The CRC-64 of the service: reflected polynomial 0x9A6C9329AC4BC9B5, inverted before and after, as 8 little-endian bytes. */
final class Crc64 {
    private static final long[] TABLE = new long[256];

    static {
        for (int i = 0; i < 256; i++) {
            long value = i;
            for (int bit = 0; bit < 8; bit++) {
                value = (value & 1) == 0 ? value >>> 1 : value >>> 1 ^ 0x9A6C9329AC4BC9B5L;
            }
            TABLE[i] = value;
        }
    }

    private Crc64() {}

    /** Of what remains in {@code bytes}, which isn't consumed. */
    static byte[] of(ByteBuffer bytes) {
        long crc = ~0L;
        for (int i = bytes.position(); i < bytes.limit(); i++) {
            crc = TABLE[(int) (crc ^ bytes.get(i)) & 0xff] ^ crc >>> 8;
        }
        return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(~crc).array();
    }
}
