package io.dysk.vm;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** What a command has written so far, and whoever waits for it. Thread-safe. */
final class CommandOutput {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private OutputStream copy = OutputStream.nullOutputStream();
    private boolean ended;

    /** Everything goes to {@code stream} too, what was written already first. */
    synchronized void copyTo(OutputStream stream) {
        copy = stream;
        copyAndFlush(bytes.toByteArray());
    }

    synchronized void append(byte[] data) {
        bytes.writeBytes(data);
        copyAndFlush(data);
        notifyAll();
    }

    synchronized void end() {
        ended = true;
        notifyAll();
    }

    synchronized byte[] soFar() {
        return bytes.toByteArray();
    }

    /** Waits until the text has been written; false when the command ended or time ran out before. */
    synchronized boolean await(String text, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!bytes.toString(StandardCharsets.UTF_8).contains(text)) {
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (ended || millis <= 0) {
                return false;
            }
            wait(millis);
        }
        return true;
    }

    private void copyAndFlush(byte[] data) {
        try {
            copy.write(data);
            copy.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
