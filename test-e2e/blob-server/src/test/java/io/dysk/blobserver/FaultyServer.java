package io.dysk.blobserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.FaultRule;
import java.io.IOException;
import java.util.Map;

/** A server with one blob of 1 MiB, and connections to it on which a test sees every byte. */
final class FaultyServer implements AutoCloseable {
    static final byte[] ONES = PageBlobProtocolContract.bytes(512, 1);
    static final byte[] TWOS = PageBlobProtocolContract.bytes(512, 2);
    static final byte[] ZEROES = new byte[512];

    private static final String CONTAINER = "/" + RawClient.ACCOUNT + "/faults";

    final BlobServer server;
    final RawClient client;
    final TestBlob blob;

    FaultyServer() throws IOException {
        this(BlobServerConfig.defaults());
    }

    FaultyServer(BlobServerConfig config) throws IOException {
        server = BlobServer.start(config.withControlPort(0).withLog(1000, true));
        client = new RawClient(server.port());
        client.send("PUT", CONTAINER, "restype=container", Map.of());
        blob = new TestBlob(client, CONTAINER + "/blob");
        blob.create(1 << 20);
    }

    /** The next write or read goes wrong so. */
    void next(Fault fault) {
        server.faults().add(FaultRule.WRITES.times(1), fault);
    }

    void nextRead(Fault fault) {
        server.faults().add(FaultRule.READS.times(1), fault);
    }

    Reply control(String method, String pathAndQuery) throws IOException {
        try (Wire wire = new Wire(server.controlPort())) {
            wire.send(method + " /_control/" + pathAndQuery + " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
            return wire.receive(false);
        }
    }

    Wire connect() throws IOException {
        return new Wire(server.port());
    }

    /** Sends the head of a write of the first page. */
    void sendWriteHead(Wire wire, byte[] data, String... more) throws IOException {
        Map<String, String> headers = TestBlob.headers("x-ms-page-write", "update", "x-ms-range", TestBlob.range(0, data.length));
        headers.putAll(TestBlob.headers(more));
        wire.send(client.bytes("PUT", blob.path(), "comp=page", headers, data));
    }

    void sendWrite(Wire wire, byte[] data, String... more) throws IOException {
        sendWriteHead(wire, data, more);
        wire.send(data);
    }

    void sendRead(Wire wire, long offset, String... more) throws IOException {
        Map<String, String> headers = TestBlob.headers("x-ms-range", TestBlob.range(offset, 512));
        headers.putAll(TestBlob.headers(more));
        wire.send(client.bytes("GET", blob.path(), "", headers, new byte[0]));
    }

    /** The first page as it is. */
    byte[] stored() {
        return server.blob(RawClient.ACCOUNT, "faults", "blob").read(0, 512);
    }

    void assertWorks() throws IOException {
        try (Wire wire = connect()) {
            sendWrite(wire, TWOS);
            assertThat(wire.receive(false).summary()).isEqualTo("201");
            sendRead(wire, 0);
            assertThat(wire.receive(false).body()).isEqualTo(TWOS);
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
        server.close();
    }
}
