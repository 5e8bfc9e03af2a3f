package io.dysk.blobserver.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/** Accepts connections and runs each on a thread of its own. Thread-safe. */
public final class Listener implements AutoCloseable {
    private static final int BACKLOG = 1024;
    private static final int STACK = 512 * 1024;

    /** What happens to peers that want to connect. */
    public enum Accepting {
        /** They are served. */
        ON,
        /** Nobody takes them: they wait in the queue of the kernel, and beyond it get no answer. */
        PAUSED,
        /** They are refused. */
        REFUSED,
        /** They get no answer, not even to their first packet. */
        BLACKHOLE
    }

    /** Makes what answers a new connection. */
    @FunctionalInterface
    public interface Sessions {
        /**
         * @param connection number of the connection, from 1
         * @param peer the other end
         */
        Session open(long connection, InetSocketAddress peer);
    }

    private final Sessions sessions;
    private final ServerClock clock;
    private final String name;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicLong accepted = new AtomicLong();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private InetSocketAddress address;
    private ServerSocketChannel socket;
    private Accepting accepting = Accepting.ON;
    private final Crowd crowd = new Crowd();
    private boolean closed;
    /** Whether the accepting thread is in a socket. */
    private boolean taking;

    /**
     * Listens from now on.
     *
     * @param address with port 0 any free one is taken
     */
    public Listener(String name, InetSocketAddress address, Sessions sessions, ServerClock clock) throws IOException {
        this.name = name;
        this.sessions = sessions;
        this.clock = clock;
        this.socket = bind(address, BACKLOG);
        this.address = (InetSocketAddress) socket.getLocalAddress();
        Thread.ofPlatform().name(name).daemon(true).start(this::acceptAll);
    }

    public int port() {
        return address.getPort();
    }

    public InetSocketAddress address() {
        return address;
    }

    /** How many connections were accepted so far. */
    public long accepted() {
        return accepted.get();
    }

    /** How many connections are open. */
    public int open() {
        return connections.size();
    }

    /**
     * Changes what happens to peers that want to connect; open connections go on. When this returns,
     * no peer gets in any more that comes later.
     */
    public void accepting(Accepting wanted) throws IOException {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            boolean crowded = accepting == Accepting.BLACKHOLE;
            accepting = wanted;
            if (wanted != Accepting.ON || crowded) {
                // An accept under way would still take one peer; closing its socket ends it.
                closeSocket();
            }
            crowd.close();
            if (wanted == Accepting.BLACKHOLE) {
                socket = bind(address, 1);
                crowd.fill(address);
            } else if (wanted == Accepting.PAUSED || wanted == Accepting.ON && socket == null) {
                socket = bind(address, BACKLOG);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Closes the socket, and waits for the thread in it to leave, since until then the port is still taken. */
    private void closeSocket() throws IOException {
        if (socket != null) {
            socket.close();
            socket = null;
        }
        while (taking) {
            changed.awaitUninterruptibly();
        }
    }

    /** Ends all open connections, with a FIN or a reset. */
    public void disconnect(boolean reset) {
        for (Connection connection : connections) {
            connection.close(reset);
        }
    }

    public boolean closed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Stops listening and ends all connections. */
    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
            closeSocket();
            crowd.close();
        } finally {
            lock.unlock();
        }
        disconnect(false);
    }

    private void acceptAll() {
        for (ServerSocketChannel from = awaitSocket(); from != null; from = awaitSocket()) {
            SocketChannel peer = null;
            try {
                peer = from.accept();
            } catch (IOException e) {
                // Closed under us, or no more descriptors: the loop finds out which.
            }
            try {
                if (left(from) && peer != null) {
                    start(peer);
                } else if (peer != null) {
                    peer.close();
                } else {
                    LockSupport.parkNanos(1_000_000);
                }
            } catch (IOException | OutOfMemoryError e) {
                // The peer is gone already, or there is no room for it; the next one may have more luck.
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    /** The accepting thread has left the socket. Says whether it is still the one to take peers from. */
    private boolean left(ServerSocketChannel from) {
        lock.lock();
        try {
            taking = false;
            changed.signalAll();
            return !closed && accepting == Accepting.ON && socket == from;
        } finally {
            lock.unlock();
        }
    }

    private void start(SocketChannel peer) throws IOException {
        long number = accepted.incrementAndGet();
        Connection[] self = new Connection[1];
        try {
            InetSocketAddress from = (InetSocketAddress) peer.getRemoteAddress();
            self[0] = new Connection(peer, sessions.open(number, from), clock, () -> connections.remove(self[0]));
            connections.add(self[0]);
            Thread.ofPlatform().name(name + "-" + number).daemon(true).stackSize(STACK).start(self[0]);
        } catch (IOException | OutOfMemoryError e) {
            if (self[0] != null) {
                connections.remove(self[0]);
            }
            peer.close();
            throw e;
        }
        lock.lock();
        try {
            if (closed) {
                self[0].close(false);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The socket to accept from, waiting until there is one; null when this listener was closed. */
    private ServerSocketChannel awaitSocket() {
        lock.lock();
        try {
            while (!closed && (accepting != Accepting.ON || socket == null)) {
                changed.awaitUninterruptibly();
            }
            taking = !closed;
            return closed ? null : socket;
        } finally {
            lock.unlock();
        }
    }

    private static ServerSocketChannel bind(InetSocketAddress address, int backlog) throws IOException {
        ServerSocketChannel socket = ServerSocketChannel.open();
        try {
            socket.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            return socket.bind(address, backlog);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
