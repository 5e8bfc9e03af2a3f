package io.dysk.blobserver.http;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** One connection: reads requests, has them answered one after the other, writes the answers. */
final class Connection implements Runnable {
    private static final int FIRST_INPUT = 64 * 1024;
    private static final byte[] CONTINUE = {
        'H', 'T', 'T', 'P', '/', '1', '.', '1', ' ', '1', '0', '0', ' ', 'C', 'o', 'n', 't', 'i', 'n', 'u', 'e', '\r',
        '\n', '\r', '\n'
    };

    private final SocketChannel socket;
    private final Session session;
    private final ServerClock clock;
    private final Runnable onEnd;

    private ByteBuffer in = ByteBuffer.allocateDirect(FIRST_INPUT).limit(0);
    private ByteBuffer body = in.duplicate();
    private final RequestHead request = new RequestHead();
    private final Answer answer = new Answer();

    Connection(SocketChannel socket, Session session, ServerClock clock, Runnable onEnd) {
        this.socket = socket;
        this.session = session;
        this.clock = clock;
        this.onEnd = onEnd;
    }

    @Override
    public void run() {
        try (socket) {
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            boolean open = true;
            while (open) {
                open = serveOne();
            }
        } catch (IOException | IllegalStateException | OutOfMemoryError e) {
            // The peer is gone, what it reads was deleted, or there is no room for what it sends: this connection is over.
        } finally {
            onEnd.run();
        }
    }

    void close(boolean reset) {
        try {
            if (reset) {
                socket.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
            socket.close();
        } catch (IOException e) {
            // It was closed already.
        }
    }

    private boolean serveOne() throws IOException {
        long length;
        try {
            int head;
            while ((head = in.hasRemaining() ? request.parse(in) : 0) == 0) {
                if (!receive(1)) {
                    return false;
                }
            }
            in.position(in.position() + head);
            answer.reset(request.method());
            length = bodyLength();
        } catch (MalformedRequest e) {
            answer.reset(Method.OTHER);
            session.malformed(e, answer);
            answer.close();
            send();
            linger();
            return false;
        }
        if (request.http10() || request.is(HeaderName.CONNECTION, "close")) {
            answer.close();
        }
        if (!session.accepts(request, length, answer)) {
            return refuse(length);
        }
        if (in.remaining() < length) {
            if (request.is(HeaderName.EXPECT, "100-continue")) {
                write(ByteBuffer.wrap(CONTINUE));
            }
            if (!receive((int) length - in.remaining())) {
                return false;
            }
        }
        int start = in.position();
        body.limit(start + (int) length).position(start);
        in.position(start + (int) length);
        return conclude(answer());
    }

    private Session.Outcome answer() {
        try {
            return session.handle(request, body, answer);
        } catch (RuntimeException | OutOfMemoryError e) {
            // Memory for blobs has a limit of its own; reaching it is no reason to end the server.
            session.failed(e, request, answer);
            return Session.Outcome.SEND;
        }
    }

    private boolean conclude(Session.Outcome outcome) throws IOException {
        switch (outcome) {
            case SEND -> send();
            case DROP -> {
                return false;
            }
            case RESET -> {
                close(true);
                return false;
            }
            case SILENCE -> {
                in.clear();
                while (socket.read(in.clear()) >= 0) {
                    // Swallowed: to the peer this looks like a server that hangs.
                }
                return false;
            }
        }
        if (answer.closes()) {
            linger();
            return false;
        }
        return true;
    }

    /** Answers without having read the body, then skips it, unless it is so long that ending the connection is kinder. */
    private boolean refuse(long length) throws IOException {
        boolean skip = length <= 1 << 26 && !request.has(HeaderName.EXPECT);
        if (!skip) {
            answer.close();
        }
        send();
        if (answer.closes()) {
            linger();
            return false;
        }
        for (long left = length; left > 0; ) {
            if (!in.hasRemaining() && !receive(1)) {
                return false;
            }
            int part = (int) Math.min(left, in.remaining());
            in.position(in.position() + part);
            left -= part;
        }
        return true;
    }

    private long bodyLength() throws MalformedRequest {
        if (request.has(HeaderName.TRANSFER_ENCODING)) {
            throw new MalformedRequest(411, "a request body needs a Content-Length");
        }
        if (!request.has(HeaderName.CONTENT_LENGTH)) {
            return 0;
        }
        long length = request.number(HeaderName.CONTENT_LENGTH);
        if (length < 0) {
            throw new MalformedRequest(400, "Content-Length is not a number");
        }
        return length;
    }

    /** Reads until at least that many bytes more are there; false if the peer ended before. */
    private boolean receive(int bytes) throws IOException {
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
        in.limit(in.capacity()).position(end);
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
        ByteBuffer larger = ByteBuffer.allocateDirect((needed + FIRST_INPUT - 1) / FIRST_INPUT * FIRST_INPUT + FIRST_INPUT);
        larger.put(in);
        in = larger;
        body = larger.duplicate();
    }

    private void send() throws IOException {
        for (ByteBuffer piece = answer.finish(clock.date(clock.now())); piece != null; piece = answer.next()) {
            write(piece);
        }
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            socket.write(bytes);
        }
    }

    /** Ends our side first and reads on for a while: closing with unread input would reset the answer away. */
    private void linger() throws IOException {
        socket.shutdownOutput();
        for (long left = 1 << 26; left > 0; ) {
            int n = socket.read(in.clear());
            if (n < 0) {
                return;
            }
            left -= n;
        }
    }
}
