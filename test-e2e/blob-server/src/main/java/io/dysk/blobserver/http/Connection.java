package io.dysk.blobserver.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** One connection: reads requests, has them answered one after the other, writes the answers. */
final class Connection implements Runnable {
    private static final int FIRST_INPUT = 64 * 1024;
    private static final int MOST_DISTORTED = 1 << 26;
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
    /** How many requests began; other threads read it. */
    private volatile int begun;
    /** An answer to be sent again, or null. */
    private byte[] late;

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
        begun++;
        repeatLate();
        Intake intake = session.intake(request, length, answer);
        if (intake.how() != Intake.How.WHOLE && intake.how() != Intake.How.SLOW) {
            return cutShort(intake, length);
        }
        if (in.remaining() < length && request.is(HeaderName.EXPECT, "100-continue")) {
            write(ByteBuffer.wrap(CONTINUE));
        }
        boolean there = intake.how() == Intake.How.SLOW ? receiveSlowly(intake, length) : receiveAll(length);
        if (!there) {
            return false;
        }
        int start = in.position();
        body.limit(start + (int) length).position(start);
        in.position(start + (int) length);
        return conclude(answer());
    }

    private Delivery answer() {
        try {
            return session.handle(request, body, answer);
        } catch (RuntimeException | OutOfMemoryError e) {
            // Memory for blobs has a limit of its own; reaching it is no reason to end the server.
            session.failed(e, request, answer);
            return Delivery.ORDINARY;
        }
    }

    private boolean conclude(Delivery delivery) throws IOException {
        if (delivery == Delivery.ORDINARY) {
            send();
        } else if (delivery.form() != Delivery.Form.NONE) {
            distort(delivery);
        }
        if (answer.closes() && delivery.end() == Delivery.End.KEEP) {
            linger();
            return false;
        }
        return delivery.form() == Delivery.Form.IDLE_END || end(delivery.end());
    }

    /** What follows an answer; whether more requests do. */
    private boolean end(Delivery.End end) throws IOException {
        switch (end) {
            case KEEP -> {
                return true;
            }
            case CLOSE -> {
                // Closed by who runs us.
            }
            case RESET -> close(true);
            case SILENCE -> {
                while (socket.read(in.clear()) >= 0) {
                    // Swallowed: to the peer this looks like a server that hangs.
                }
            }
        }
        return false;
    }

    private void distort(Delivery delivery) throws IOException {
        byte[] image = answer.image(clock.date(clock.now()), MOST_DISTORTED);
        if (image == null) {
            throw new IOException("too long an answer to be made wrong");
        }
        byte[] bytes = Distortion.of(image, answer.headOnly(), delivery);
        int step = delivery.form() == Delivery.Form.DRIP ? (int) delivery.amountOr(1) : bytes.length;
        for (int at = 0; at < bytes.length; at += step) {
            if (at > 0) {
                pause(delivery.milliseconds());
            }
            write(ByteBuffer.wrap(bytes, at, Math.min(step, bytes.length - at)));
        }
        switch (delivery.form()) {
            case ENDLESS_HEAD -> writeHeaders(delivery.amountOr(MOST_DISTORTED));
            case TWICE_LATE -> late = bytes;
            case IDLE_END -> endWhenIdle(delivery);
            default -> { }
        }
    }

    /** Writes header lines until the peer goes, or so many bytes are written. */
    private void writeHeaders(long bytes) throws IOException {
        byte[] lines = Distortion.filler(FIRST_INPUT).getBytes(StandardCharsets.ISO_8859_1);
        for (long written = 0; written < bytes; written += lines.length) {
            write(ByteBuffer.wrap(lines, 0, (int) Math.min(lines.length, bytes - written)));
        }
    }

    /** Sends once more what a fault kept for this moment: the peer waits for another answer now. */
    private void repeatLate() throws IOException {
        if (late != null) {
            write(ByteBuffer.wrap(late));
            late = null;
        }
    }

    private void endWhenIdle(Delivery delivery) {
        int mark = begun;
        Thread.ofVirtual().start(() -> {
            try {
                Thread.sleep(delivery.milliseconds());
            } catch (InterruptedException e) {
                return;
            }
            if (begun == mark) {
                close(delivery.end() == Delivery.End.RESET);
            }
        });
    }

    /** Doesn't read the whole body: the answer comes first, or the connection ends. Says whether more requests follow. */
    private boolean cutShort(Intake intake, long length) throws IOException {
        int wanted = (int) Math.min(intake.bytes(), length);
        if (in.remaining() < wanted && !receive(wanted - in.remaining())) {
            return false;
        }
        if (intake.how() == Intake.How.ANSWERED) {
            if (intake.end() == Delivery.End.KEEP) {
                return refuse(length);
            }
            send();
        }
        if (intake.end() == Delivery.End.CLOSE) {
            linger();
            return false;
        }
        return end(intake.end());
    }

    private boolean receiveAll(long length) throws IOException {
        return in.remaining() >= length || receive((int) length - in.remaining());
    }

    /** Takes the body piece by piece, what has come already, too. */
    private boolean receiveSlowly(Intake intake, long length) throws IOException {
        long step = Math.max(1, intake.bytes());
        for (long taken = Math.min(step, length); ; taken = Math.min(taken + step, length)) {
            if (!receiveAll(taken)) {
                return false;
            }
            if (taken == length) {
                return true;
            }
            pause(intake.milliseconds());
        }
    }

    private static void pause(int milliseconds) throws IOException {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
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
