package io.dysk.blobserver.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Sends the answers of one connection that are to be wrong. Not thread-safe. */
final class DistortedOutput {
    private static final int LONGEST = 1 << 26;
    private static final int PIECE = 1 << 16;

    /** Where bytes go; all of them are taken. */
    @FunctionalInterface
    interface Sink {
        void write(ByteBuffer bytes) throws IOException;
    }

    private final Sink sink;
    /** An answer to be sent again, or null. */
    private byte[] late;

    DistortedOutput(Sink sink) {
        this.sink = sink;
    }

    void send(Answer answer, byte[] date, Delivery delivery) throws IOException {
        byte[] image = answer.image(date, LONGEST);
        if (image == null) {
            throw new IOException("too long an answer to be made wrong");
        }
        byte[] bytes = Distortion.of(image, answer.headOnly(), delivery);
        switch (delivery.form()) {
            case DRIP -> drip(bytes, (int) delivery.amountOr(1), delivery.milliseconds());
            case ENDLESS_HEAD -> {
                write(bytes);
                writeHeaders(delivery.amountOr(LONGEST));
            }
            case TWICE_LATE -> {
                write(bytes);
                late = bytes;
            }
            default -> write(bytes);
        }
    }

    /** Another request came: sends once more what a fault kept for this moment, since the peer waits for an answer now. */
    void repeatLate() throws IOException {
        if (late != null) {
            write(late);
            late = null;
        }
    }

    private void write(byte[] bytes) throws IOException {
        sink.write(ByteBuffer.wrap(bytes));
    }

    private void drip(byte[] bytes, int step, int milliseconds) throws IOException {
        for (int at = 0; at < bytes.length; at += step) {
            if (at > 0) {
                Input.pause(milliseconds);
            }
            sink.write(ByteBuffer.wrap(bytes, at, Math.min(step, bytes.length - at)));
        }
    }

    /** Writes header lines until the peer goes, or so many bytes are written. */
    private void writeHeaders(long bytes) throws IOException {
        byte[] lines = Distortion.filler(PIECE).getBytes(StandardCharsets.ISO_8859_1);
        for (long written = 0; written < bytes; written += lines.length) {
            sink.write(ByteBuffer.wrap(lines, 0, (int) Math.min(lines.length, bytes - written)));
        }
    }
}
