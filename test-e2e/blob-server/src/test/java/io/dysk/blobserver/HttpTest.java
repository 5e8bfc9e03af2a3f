package io.dysk.blobserver;

import static io.dysk.blobserver.TestBlob.headers;
import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.FaultRule;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** HTTP itself: limits, garbage, odd but lawful forms. */
final class HttpTest {
    private static final String CONTAINER = "/" + RawClient.ACCOUNT + "/http";

    private BlobServer server;
    private RawClient client;
    private TestBlob blob;

    @BeforeEach
    void start() throws IOException {
        server = BlobServer.start(BlobServerConfig.defaults());
        client = new RawClient(server.port());
        client.send("PUT", CONTAINER, "restype=container", Map.of());
        blob = new TestBlob(client, CONTAINER + "/blob");
        blob.create(1 << 20);
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        server.close();
    }

    private Reply raw(String request) throws IOException {
        try (Wire wire = new Wire(server.port())) {
            wire.send(request);
            Reply reply = wire.receive(false);
            if ("close".equals(reply.header("connection"))) {
                wire.shutdownOutput();
                assertThat(wire.atEnd()).isTrue();
            }
            return reply;
        }
    }

    @Test
    void whatIsNotHttpIsAnsweredAndEnded() throws IOException {
        for (String garbage : new String[] {
            "\u0000\u0001\u0002\u0003 \r\n\r\n",
            "get / HTTP/1.1\r\n\r\n",
            "GET  / HTTP/1.1\r\n\r\n",
            "GET /\u00ff HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\n\n",
            "GET / HTTP/1.1\r\nno colon\r\n\r\n",
            "GET / HTTP/1.1\r\n: no name\r\n\r\n",
            "GET / HTTP/1.1\r\nA: b\r\n folded\r\n\r\n",
            "GET / HTTP/1.1\r\nA: b\u0001\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            "PUT / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
            "PUT / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
            "PUT / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        }) {
            Reply reply = raw(garbage);
            assertThat(reply.status()).as(garbage).isEqualTo(400);
            assertThat(reply.header("connection")).isEqualTo("close");
            assertThat(reply.text()).contains("<Error>");
        }
        assertThat(raw("GET / HTTP/2.0\r\n\r\n").status()).isEqualTo(505);
        assertThat(raw("PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n").status()).isEqualTo(411);
    }

    @Test
    void headsAreLimited() throws IOException {
        assertThat(raw("GET / HTTP/1.1\r\nA: " + "x".repeat(40_000) + "\r\n\r\n").status()).isEqualTo(431);
        assertThat(raw("GET / HTTP/1.1\r\n" + "A: x\r\n".repeat(200) + "\r\n").status()).isEqualTo(431);
        assertThat(raw("GET /" + "x".repeat(40_000) + " HTTP/1.1\r\n\r\n").status()).isEqualTo(431);
        assertThat(raw("GET /a/b/c HTTP/1.1\r\nA: " + "x".repeat(20_000) + "\r\n\r\n").status()).isEqualTo(401);
    }

    @Test
    void randomBytesNeverStopTheServer() throws IOException {
        Random random = new Random(20261121);
        byte[] good = client.bytes("PUT", blob.path(), "comp=page",
                headers("x-ms-page-write", "update", "x-ms-range", "bytes=0-511"), new byte[512]);
        for (int i = 0; i < 300; i++) {
            byte[] bytes = good.clone();
            for (int flips = 1 + random.nextInt(8); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try (Wire wire = new Wire(server.port())) {
                wire.send(Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length)));
                wire.send(new byte[512]);
                wire.shutdownOutput();
                while (!wire.atEnd()) {
                    // Whatever it answers.
                }
            } catch (IOException e) {
                // Ended by the server, which is as good.
            }
        }
        assertThat(blob.read(0, 512).status()).isEqualTo(206);
        assertThat(server.stats().all().get("put-page")).isNotNull();
    }

    @Test
    void aRequestMayComeByteByByte() throws IOException {
        byte[] head = client.bytes("GET", blob.path(), "", headers("x-ms-range", "bytes=0-9"), new byte[0]);
        try (Wire wire = new Wire(server.port())) {
            for (byte b : head) {
                wire.send(new byte[] {b});
            }
            assertThat(wire.receive(false).body()).isEqualTo(new byte[10]);
        }
    }

    @Test
    void effectsOfRequestsSentTogetherComeInOrder() throws IOException {
        byte[] data = PageBlobProtocolContract.bytes(512, 1);
        try (Wire wire = new Wire(server.port())) {
            wire.send(client.bytes("PUT", blob.path(), "comp=page",
                    headers("x-ms-page-write", "update", "x-ms-range", "bytes=0-511"), data));
            wire.send(data);
            wire.send(client.bytes("GET", blob.path(), "", headers("x-ms-range", "bytes=0-511"), new byte[0]));
            assertThat(wire.receive(false).status()).isEqualTo(201);
            assertThat(wire.receive(false).body()).isEqualTo(data);
        }
    }

    @Test
    void aRefusedBodyIsSkippedAndTheConnectionGoesOn() throws IOException {
        byte[] tooLong = new byte[(4 << 20) + 512];
        try (Wire wire = new Wire(server.port())) {
            wire.send(client.bytes("PUT", blob.path(), "comp=page",
                    headers("x-ms-page-write", "update", "x-ms-range", "bytes=0-" + (tooLong.length - 1)), tooLong));
            assertThat(wire.receive(false).summary()).isEqualTo("413 RequestBodyTooLarge");
            wire.send(tooLong);
            wire.send(client.bytes("GET", blob.path(), "", headers("x-ms-range", "bytes=0-9"), new byte[0]));
            assertThat(wire.receive(false).status()).isEqualTo(206);
        }
    }

    @Test
    void connectionCloseAndOldHttpEndTheConnection() throws IOException {
        assertThat(raw("GET /a/b HTTP/1.1\r\nConnection: close\r\n\r\n").header("connection")).isEqualTo("close");
        assertThat(raw("GET /a/b HTTP/1.0\r\n\r\n").header("connection")).isEqualTo("close");
    }

    @Test
    void unknownOperationsAreRefusedNotIgnored() throws IOException {
        assertThat(blob.put("comp=undelete", Map.of()).summary()).isEqualTo("501 NotImplemented");
        assertThat(blob.read(0, 512, "x-ms-if-tags", "a='b'").summary()).isEqualTo("501 NotImplemented");
        assertThat(client.send("POST", blob.path(), "", Map.of()).summary()).isEqualTo("405 UnsupportedHttpVerb");
        assertThat(blob.read(0, 512, "x-ms-range", "bytes=-512").summary()).isEqualTo("400 InvalidHeaderValue");
        assertThat(blob.read(0, 512, "x-ms-range", "bytes=500-100").summary()).isEqualTo("400 InvalidHeaderValue");
        assertThat(blob.lease("acquire").summary()).isEqualTo("400 MissingRequiredHeader");
        assertThat(blob.lease("acquire", "x-ms-lease-duration", "-1", "x-ms-proposed-lease-id", "me").summary())
                .isEqualTo("400 InvalidHeaderValue");
    }

    @Test
    void blobNamesMayHaveAnyCharacters() throws IOException {
        TestBlob odd = new TestBlob(client, CONTAINER + "/a%20b/%C3%A4%26%3F%2B");
        assertThat(odd.create(512).status()).isEqualTo(201);
        assertThat(odd.head().status()).isEqualTo(200);
        assertThat(server.blob(RawClient.ACCOUNT, "http", "a b/\u00e4&?+").exists()).isTrue();
        Reply list = client.send("GET", CONTAINER, "restype=container&comp=list", Map.of());
        assertThat(list.text()).contains("<Name>a b/\u00e4&amp;?+</Name>");
        assertThat(new TestBlob(client, CONTAINER + "/a%zz").head().status()).isEqualTo(400);
    }

    @Test
    void valuesThatComeBackInAnswersAreLimited() throws IOException {
        String longValue = "x".repeat(20_000);
        assertThat(blob.head("x-ms-version", longValue).summary()).isEqualTo("400 InvalidHeaderValue");
        assertThat(blob.head("x-ms-client-request-id", longValue).status()).isEqualTo(200);
        assertThat(blob.create(512, "x-ms-blob-content-type", longValue).summary()).isEqualTo("400 InvalidHeaderValue");
        assertThat(blob.copyFrom("http://127.0.0.1/" + longValue).summary()).isEqualTo("400 InvalidHeaderValue");
    }

    @Test
    void errorAnswersGiveTheClientsRequestIdBack() throws IOException {
        String[] id = {"x-ms-client-request-id", "00000000-dead-4000-8000-00000000beef"};
        server.faults().add(new FaultRule("GET", null, null, null, null, 0, 1), new Fault(Fault.Kind.ANSWER, 500, "InternalError", -1, 0, 0));
        byte[] tooLong = new byte[(4 << 20) + 512];
        for (Reply refusal : new Reply[] {
            blob.read(0, 512, id),
            blob.write(0, new byte[512], "x-ms-if-sequence-number-eq", "1", id[0], id[1]),
            blob.write(2 << 20, new byte[512], id),
            blob.write(0, tooLong, id),
            new TestBlob(client, CONTAINER + "/absent").head(id),
            client.sendUnsigned("GET", blob.path(), "", headers(id), new byte[0]),
        }) {
            assertThat(refusal.status()).isGreaterThanOrEqualTo(400);
            assertThat(refusal.header(id[0])).as(refusal.summary()).isEqualTo(id[1]);
        }
    }

    @Test
    void theSourceOfACopyIsToldWithoutItsSignature() throws IOException {
        String snapshot = blob.snapshot();
        String sas = RawClient.SIGNER.serviceSas("b", "http/blob", "r", Instant.now().plusSeconds(60), Map.of());
        TestBlob clone = new TestBlob(client, CONTAINER + "/clone");
        String url = "http://127.0.0.1" + blob.path();
        assertThat(clone.copyFrom(url + "?" + sas + "&snapshot=" + snapshot).status()).isEqualTo(202);
        assertThat(clone.head().header("x-ms-copy-source")).startsWith(url + "?snapshot=").doesNotContain("sig");
    }
}
