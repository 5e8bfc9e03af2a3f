package io.dysk.node.filesystem;

import java.nio.ByteBuffer;

/** Bytes that are all zero. */
final class Zeros {
    private Zeros() {}

    static boolean is(ByteBuffer bytes) {
        return bytes.mismatch(ByteBuffer.allocate(bytes.remaining())) == -1;
    }
}
