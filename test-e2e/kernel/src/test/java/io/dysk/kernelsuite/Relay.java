package io.dysk.kernelsuite;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Another address of an endpoint: passes each connection on to a port of 127.0.0.1, for as long as it is not cut, and as fast as it is told.
 * Ends with its test. Thread-safe.
 */
public final class Relay implements AutoCloseable {
    private static final int BACKLOG = 256;

    private final int target;
    private final AtomicInteger connections = new AtomicInteger();
    private final Set<Socket> open = new HashSet<>();
    private InetSocketAddress address;
    private ServerSocket listener;
    private volatile long answerByteNanos;

    private Relay(InetSocketAddress address, int target) {
        this.address = address;
        this.target = target;
        restore();
    }

    /** Listens on an address of this machine, on a free port. */
    public static Relay from(String address, int target) {
        return new Relay(new InetSocketAddress(InetAddress.ofLiteral(address), 0), target);
    }

    /** Listens on 127.0.0.1, on a free port. */
    public static Relay to(Endpoint endpoint) {
        return from("127.0.0.1", endpoint.port());
    }

    public int port() {
        return address.getPort();
    }

    /** How many it has passed on. */
    public int connections() {
        return connections.get();
    }

    /** From now on connections are refused, and those that are open are reset. */
    public synchronized void cut() {
        try {
            if (listener != null) {
                listener.close();
                listener = null;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        open.forEach(Relay::reset);
        open.clear();
    }

    /** Listens again, on the same port. */
    public synchronized void restore() {
        if (listener != null) {
            return;
        }
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(address, BACKLOG);
            address = (InetSocketAddress) socket.getLocalSocketAddress();
            listener = socket;
            Thread.ofVirtual().start(() -> acceptAll(socket));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From now on what the endpoint says comes byte by byte, with this much time between two; zero: as it comes. */
    public void drip(Duration everyByte) {
        answerByteNanos = everyByte.toNanos();
    }

    private void acceptAll(ServerSocket from) {
        try {
            while (true) {
                Socket near = from.accept();
                Thread.ofVirtual().start(() -> connect(from, near));
            }
        } catch (IOException e) {
            // Cut.
        }
    }

    private void connect(ServerSocket from, Socket near) {
        try {
            near.setTcpNoDelay(true);
            Socket far = new Socket(InetAddress.ofLiteral("127.0.0.1"), target);
            far.setTcpNoDelay(true);
            if (keep(from, near, far)) {
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> pass(near, far, false));
                pass(far, near, true);
            }
        } catch (IOException e) {
            // The endpoint takes nobody, or the guest has gone: so neither do we.
            reset(near);
        }
    }

    /** Unless it was cut in the meantime. */
    private synchronized boolean keep(ServerSocket from, Socket near, Socket far) throws IOException {
        if (from != listener) {
            near.close();
            far.close();
            return false;
        }
        open.add(near);
        open.add(far);
        return true;
    }

    private void pass(Socket from, Socket to, boolean answers) {
        byte[] buffer = new byte[16 * 1024];
        try (from; to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
                int passed = 0;
                while (answers && answerByteNanos > 0 && passed < got) {
                    out.write(buffer, passed++, 1);
                    Thread.sleep(Duration.ofNanos(answerByteNanos));
                }
                out.write(buffer, passed, got - passed);
            }
        } catch (IOException e) {
            // One side ended it, and so the other does.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            forget(from, to);
        }
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // It was closed before.
        }
    }

    private synchronized void forget(Socket from, Socket to) {
        open.remove(from);
        open.remove(to);
    }

    @Override
    public void close() {
        cut();
    }
}
