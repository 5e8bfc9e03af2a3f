package io.dysk.csisuite;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/** A way to a port of this host whose open connections can fall silent, as those to a machine that lost its power. Thread-safe. */
final class SilencedRelay implements AutoCloseable {
    private final ServerSocket listener;
    private final int target;
    private final List<Connection> connections = new CopyOnWriteArrayList<>();

    private record Connection(Socket near, Socket far, AtomicBoolean silent) {
        void start() {
            Thread.ofPlatform().daemon().start(() -> copy(near, far));
            Thread.ofPlatform().daemon().start(() -> copy(far, near));
        }

        private void copy(Socket from, Socket to) {
            byte[] buffer = new byte[1 << 14];
            try {
                for (int n = from.getInputStream().read(buffer); n >= 0; n = from.getInputStream().read(buffer)) {
                    if (!silent.get()) {
                        to.getOutputStream().write(buffer, 0, n);
                    }
                }
            } catch (IOException e) {
                // Closed, and that is all.
            }
            if (!silent.get()) {
                close();
            }
        }

        void close() {
            try (near; far) {
                // Both.
            } catch (IOException e) {
                // Closed already.
            }
        }
    }

    // Threads of its own: virtual ones share theirs with readers of pipes, which hold them.
    private SilencedRelay(int target) throws IOException {
        this.target = target;
        listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().start(this::accept);
    }

    static SilencedRelay to(int port) throws IOException {
        return new SilencedRelay(port);
    }

    private void accept() {
        try {
            while (true) {
                Connection connection = new Connection(listener.accept(), new Socket(InetAddress.getLoopbackAddress(), target), new AtomicBoolean());
                connections.add(connection);
                connection.start();
            }
        } catch (IOException e) {
            // Closed, and that is all.
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Nothing comes or goes on those that are open now, and nobody is told. Later ones work. */
    void silence() {
        connections.forEach(connection -> connection.silent().set(true));
    }

    @Override
    public void close() throws IOException {
        listener.close();
        connections.forEach(Connection::close);
    }
}
