package io.dysk.kernelsuite;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** Another address of an endpoint: passes each connection on to a port of 127.0.0.1. Ends with its test. */
final class Relay implements AutoCloseable {
    private final ServerSocket socket;
    private final int target;
    private final AtomicInteger connections = new AtomicInteger();

    private Relay(String address, int target) throws IOException {
        this.socket = new ServerSocket(0, 50, InetAddress.ofLiteral(address));
        this.target = target;
        Thread.ofVirtual().start(this::acceptAll);
    }

    /** Listens on an address of this machine, on a free port. */
    static Relay from(String address, int target) {
        try {
            return new Relay(address, target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return socket.getLocalPort();
    }

    /** How many it has passed on. */
    int connections() {
        return connections.get();
    }

    private void acceptAll() {
        try {
            while (true) {
                Socket near = socket.accept();
                Socket far = new Socket(InetAddress.ofLiteral("127.0.0.1"), target);
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> pass(near, far));
                Thread.ofVirtual().start(() -> pass(far, near));
            }
        } catch (IOException e) {
            // Closed: the test is over.
        }
    }

    private static void pass(Socket from, Socket to) {
        try (from; to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // One side ended it, and so the other does.
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
