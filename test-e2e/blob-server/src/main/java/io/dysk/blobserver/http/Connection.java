package io.dysk.blobserver.http;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** One connection: reads requests, has them answered one after the other, writes the answers. */
final class Connection implements Runnable {
    private static final long MOST_SKIPPED = 1 << 26;
    private static final byte[] CONTINUE = {
        'H', 'T', 'T', 'P', '/', '1', '.', '1', ' ', '1', '0', '0', ' ', 'C', 'o', 'n', 't', 'i', 'n', 'u', 'e', '\r',
        '\n', '\r', '\n'
    };

    private final SocketChannel socket;
    private final Session session;
    private final ServerClock clock;
    private final Runnable onEnd;

    private final Input in;
    private final RequestHead request = new RequestHead();
    private final Answer answer = new Answer();
    private final DistortedOutput distorted = new DistortedOutput(this::write);
    /** How many requests began; other threads read it. */
    private volatile int begun;

    Connection(SocketChannel socket, Session session, ServerClock clock, Runnable onEnd) {
        this.socket = socket;
        this.in = new Input(socket);
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
            while ((head = in.remaining() > 0 ? request.parse(in.bytes()) : 0) == 0) {
                if (!in.receive(in.remaining() + 1)) {
                    return false;
                }
            }
            in.drop(head);
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
        distorted.repeatLate();
        Intake intake = session.intake(request, length, answer);
        if (intake.how() != Intake.How.WHOLE && intake.how() != Intake.How.SLOW) {
            return cutShort(intake, length);
        }
        if (in.remaining() < length && request.is(HeaderName.EXPECT, "100-continue")) {
            write(ByteBuffer.wrap(CONTINUE));
        }
        boolean there = intake.how() == Intake.How.SLOW
                ? in.receiveSlowly(length, intake.bytes(), intake.milliseconds())
                : in.receive(length);
        return there && conclude(answer(in.take((int) length)));
    }

    private Delivery answer(ByteBuffer body) {
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
            distorted.send(answer, clock.date(clock.now()), delivery);
            if (delivery.form() == Delivery.Form.IDLE_END) {
                endWhenIdle(delivery);
                return true;
            }
        }
        if (answer.closes() && delivery.end() == Delivery.End.KEEP) {
            linger();
            return false;
        }
        return end(delivery.end());
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
            // To the peer this looks like a server that hangs.
            case SILENCE -> in.swallow(Long.MAX_VALUE);
        }
        return false;
    }

    /** Ends the connection if no other request begins in time. */
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
        if (!in.receive(Math.min(intake.bytes(), length))) {
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

    /** Answers without having read the body, then skips it, unless it is so long that ending the connection is kinder. */
    private boolean refuse(long length) throws IOException {
        boolean skip = length <= MOST_SKIPPED && !request.has(HeaderName.EXPECT);
        if (!skip) {
            answer.close();
        }
        send();
        if (answer.closes()) {
            linger();
            return false;
        }
        return in.skip(length);
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
        in.swallow(MOST_SKIPPED);
    }
}
