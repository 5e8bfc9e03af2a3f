package io.dysk.blobserver.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Connections that nobody accepts and that fill the queue of a listening socket: Linux then drops the first packet
 * of everybody else, as a network does that loses all. Not thread-safe.
 */
final class Crowd {
    private static final int MOST = 16;
    private static final int PATIENCE_MILLISECONDS = 200;

    private final List<SocketChannel> members = new ArrayList<>();

    /** Connects until a connection isn't made any more; that one waits, too. */
    void fill(InetSocketAddress address) throws IOException {
        boolean connected = true;
        while (connected && members.size() < MOST) {
            SocketChannel member = SocketChannel.open();
            members.add(member);
            member.configureBlocking(false);
            connected = member.connect(address);
            for (int waited = 0; !connected && waited < PATIENCE_MILLISECONDS; waited++) {
                LockSupport.parkNanos(1_000_000);
                connected = member.finishConnect();
            }
        }
    }

    void close() throws IOException {
        for (SocketChannel member : members) {
            member.close();
        }
        members.clear();
    }
}
