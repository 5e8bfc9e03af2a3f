package io.dysk.blobserver;

import static io.dysk.blobserver.FaultyServer.ONES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dysk.blobserver.http.Listener;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Addresses that refuse, answer nothing, or move. */
final class AddressesTest {
    private FaultyServer it;

    @BeforeEach
    void start() throws IOException {
        it = new FaultyServer();
    }

    @AfterEach
    void stop() throws IOException {
        it.close();
    }

    private static void connect(int port, int milliseconds) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), milliseconds);
        }
    }

    @Test
    void aBlackHoleAnswersNotEvenTheFirstPacket() throws IOException {
        try (Wire open = it.connect()) {
            assertThat(it.control("PUT", "accept?mode=blackhole").status()).isEqualTo(200);
            assertThatThrownBy(() -> connect(it.server.port(), 300)).isInstanceOf(SocketTimeoutException.class);
            it.sendWrite(open, ONES);
            assertThat(open.receive(false).status()).as("open connections go on").isEqualTo(201);
        }
        it.control("PUT", "accept?mode=on");
        it.assertWorks();
        it.control("PUT", "accept?mode=blackhole");
        it.control("PUT", "accept?mode=refused");
        assertThatThrownBy(() -> connect(it.server.port(), 30_000)).isInstanceOf(ConnectException.class);
        it.control("PUT", "accept?mode=on");
        it.assertWorks();
    }

    @Test
    void theSameBlobsAreServedOnAnotherPort() throws IOException {
        it.blob.write(0, ONES);
        Listener second = it.server.alsoListen(0);
        it.server.accepting(Listener.Accepting.REFUSED);
        try (Wire moved = new Wire(second.port())) {
            it.sendRead(moved, 0);
            assertThat(moved.receive(false).body()).isEqualTo(ONES);
            assertThat(it.server.connections()).isGreaterThanOrEqualTo(1);
            it.server.disconnect(false);
            assertThat(moved.atEnd()).isTrue();
        }
        second.close();
        assertThatThrownBy(() -> connect(second.port(), 30_000)).isInstanceOf(ConnectException.class);
        assertThat(it.server.listeners()).hasSize(1);
        it.server.accepting(Listener.Accepting.ON);
        it.assertWorks();
    }

    @Test
    void portsAreOpenedAndMadeToRefuseOverHttp() throws IOException {
        String[] ports = it.control("PUT", "address?port=0").text().split("\\D+");
        int second = Integer.parseInt(ports[2]);
        assertThat(it.control("GET", "address").text()).isEqualTo("port " + it.server.port() + "\nport " + second + "\n");
        it.control("PUT", "accept?mode=refused&port=" + second);
        assertThatThrownBy(() -> connect(second, 30_000)).isInstanceOf(ConnectException.class);
        it.assertWorks();
        assertThat(it.control("PUT", "accept?mode=on&port=1").text()).isEqualTo("no blobs are served on port 1\n");
    }
}
