package io.dysk.kernelsuite.faults;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Stands between guests and a blob server, and spoils answers on order: what a server doesn't do by itself, however broken.
 * Thread-safe.
 */
final class TamperingProxy implements AutoCloseable {
    private static final int BACKLOG = 256;

    private record Order(Predicate<Exchange> which, Reply how, int skip, int count) {}

    private final int serverPort;
    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private Order order;
    private int seen;
    private int spoilt;

    private TamperingProxy(int serverPort, int receiveBuffer) throws IOException {
        this.serverPort = serverPort;
        this.listener = new ServerSocket();
        if (receiveBuffer > 0) {
            listener.setReceiveBufferSize(receiveBuffer);
        }
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        Thread.ofPlatform().name("tampering").daemon(true).start(this::acceptAll);
    }

    /** In front of the server at this port of the host's 127.0.0.1; changes nothing until told to. */
    static TamperingProxy before(int serverPort) {
        return before(serverPort, 0);
    }

    /** Takes no more than so many bytes that it has not read yet. */
    static TamperingProxy before(int serverPort, int receiveBuffer) {
        try {
            return new TamperingProxy(serverPort, receiveBuffer);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the proxy", e);
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Of the requests that match, lets the first {@code skip} pass and spoils the next {@code count}. */
    synchronized void spoil(Predicate<Exchange> which, Reply how, int skip, int count) {
        order = new Order(which, how, skip, count);
        seen = 0;
        spoilt = 0;
    }

    /** From now on all pass; says how many were spoilt. */
    synchronized int behave() {
        order = null;
        return spoilt;
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot stop the proxy", e);
        }
    }

    private void acceptAll() {
        while (!listener.isClosed()) {
            try {
                Socket guest = listener.accept();
                Thread.ofVirtual().start(() -> serve(guest));
            } catch (IOException e) {
                // Closed.
                return;
            }
        }
    }

    private void serve(Socket guest) {
        open.add(guest);
        try (guest; Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort)) {
            guest.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            BufferedInputStream fromGuest = new BufferedInputStream(guest.getInputStream());
            BufferedInputStream fromServer = new BufferedInputStream(server.getInputStream());
            boolean goesOn = true;
            while (goesOn) {
                Exchange exchange = Exchange.next(guest, fromGuest, server, fromServer);
                goesOn = exchange != null && serve(exchange);
            }
        } catch (IOException e) {
            // An end went away, as it may: the other one goes too.
        } finally {
            open.remove(guest);
        }
    }

    private boolean serve(Exchange exchange) throws IOException {
        Reply how = choose(exchange);
        if (how != null) {
            return how.answer(exchange);
        }
        exchange.send(exchange.forward().bytes());
        return true;
    }

    private synchronized Reply choose(Exchange exchange) {
        if (order == null || spoilt == order.count || !order.which.test(exchange) || seen++ < order.skip) {
            return null;
        }
        spoilt++;
        return order.how;
    }
}
