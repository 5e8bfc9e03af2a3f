package io.dysk.blobserver.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** What a peer sent and nobody took yet. Bodies are taken where they lie, without a copy. Not thread-safe. */
final class Input {
    private static final int FIRST = 64 * 1024;
    private static final int SLOW_RECEIVE_BUFFER = 4096;
    private static final int USUAL_RECEIVE_BUFFER = 1 << 20;

    private final SocketChannel socket;
    private ByteBuffer in = ByteBuffer.allocateDirect(FIRST).limit(0);
    private ByteBuffer taken = in.duplicate();

    Input(SocketChannel socket) {
        this.socket = socket;
    }

    /** The bytes that are there; they stay. */
    ByteBuffer bytes() {
        return in;
    }

    int remaining() {
        return in.remaining();
    }

    void drop(int bytes) {
        in.position(in.position() + bytes);
    }

    /** Takes bytes that are there; they are valid until more is received. */
    ByteBuffer take(int bytes) {
        int start = in.position();
        drop(bytes);
        return taken.limit(start + bytes).position(start);
    }

    /** Reads until so many bytes are there; false if the peer ended before. */
    boolean receive(long bytes) throws IOException {
        return in.remaining() >= bytes || more((int) bytes - in.remaining(), Integer.MAX_VALUE);
    }

    /**
     * The same, a piece at a time and with pauses between, also for what is there already. The kernel is told to take
     * little more than that, so that the peer feels it.
     */
    boolean receiveSlowly(long bytes, long piece, int milliseconds) throws IOException {
        socket.setOption(StandardSocketOptions.SO_RCVBUF, SLOW_RECEIVE_BUFFER);
        int rest = (int) bytes - in.remaining();
        if (rest > in.capacity() - in.limit()) {
            makeRoom(in.position(), in.limit(), rest);
            in.flip();
        }
        long wanted = 0;
        while (wanted < bytes) {
            if (wanted > 0) {
                pause(milliseconds);
            }
            wanted = Math.min(wanted + piece, bytes);
            int missing = (int) wanted - in.remaining();
            if (missing > 0 && !more(missing, missing)) {
                return false;
            }
        }
        socket.setOption(StandardSocketOptions.SO_RCVBUF, USUAL_RECEIVE_BUFFER);
        return true;
    }

    /** Reads and forgets so many bytes; false if the peer ended before. */
    boolean skip(long bytes) throws IOException {
        for (long left = bytes; left > 0; ) {
            if (!in.hasRemaining() && !more(1, Integer.MAX_VALUE)) {
                return false;
            }
            int part = (int) Math.min(left, in.remaining());
            drop(part);
            left -= part;
        }
        return true;
    }

    /** Forgets everything, and all that comes until the peer ends the connection or so many bytes came. */
    void swallow(long most) throws IOException {
        for (long left = most; left > 0; ) {
            int n = socket.read(in.clear());
            if (n < 0) {
                return;
            }
            left -= n;
        }
    }

    static void pause(int milliseconds) throws IOException {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }

    /** Reads until at least so many bytes more are there, and not more than {@code most}; false if the peer ended before. */
    private boolean more(int bytes, int most) throws IOException {
        int start = in.position();
        int end = in.limit();
        if (start == end) {
            start = 0;
            end = 0;
        }
        if (in.capacity() - end < bytes || end == in.capacity()) {
            makeRoom(start, end, bytes);
            end -= start;
            start = 0;
        }
        in.limit(end + Math.min(most, in.capacity() - end)).position(end);
        while (in.position() < end + bytes) {
            if (socket.read(in) < 0) {
                return false;
            }
        }
        in.limit(in.position()).position(start);
        return true;
    }

    private void makeRoom(int start, int end, int bytes) {
        in.limit(end).position(start);
        int needed = end - start + bytes;
        if (needed < in.capacity()) {
            in.compact();
            return;
        }
        ByteBuffer larger = ByteBuffer.allocateDirect((needed + FIRST - 1) / FIRST * FIRST + FIRST);
        larger.put(in);
        in = larger;
        taken = larger.duplicate();
    }
}
