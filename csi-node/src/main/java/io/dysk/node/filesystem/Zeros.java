package io.dysk.node.filesystem;

import io.dysk.node.system.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Bytes that are all zero. */
final class Zeros {
    /** Small: many volumes may be looked at at the same time, in a small heap. */
    private static final int PART = 64 << 10;
    private static final ByteBuffer ZEROS = ByteBuffer.allocate(PART).asReadOnlyBuffer();

    private Zeros() {}

    /** @param bytes at most 64 KiB */
    static boolean is(ByteBuffer bytes) {
        return bytes.mismatch(ZEROS.slice(0, bytes.remaining())) == -1;
    }

    /** Whether a range of a disk is zero. */
    static boolean are(Disk disk, long offset, long bytes) throws IOException {
        for (long at = 0; at < bytes; at += PART) {
            if (!is(disk.read(offset + at, (int) Math.min(PART, bytes - at)))) {
                return false;
            }
        }
        return true;
    }
}
