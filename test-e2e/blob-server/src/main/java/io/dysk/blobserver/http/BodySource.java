package io.dysk.blobserver.http;

import java.nio.ByteBuffer;

/** Where the bytes of a long answer come from, piece by piece. */
public interface BodySource {
    /** Puts exactly {@code length} bytes from {@code offset} at the position of {@code to}. */
    void read(long offset, int length, ByteBuffer to);
}
