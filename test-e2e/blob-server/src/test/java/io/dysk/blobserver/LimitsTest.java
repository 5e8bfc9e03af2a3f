package io.dysk.blobserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blobserver.limit.Limit;
import io.dysk.blobserver.limit.Limits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Limits of blobs and accounts, as a client meets them. Rates are so low that no test waits for one. */
final class LimitsTest {
    private static final String CONTAINER = "/" + RawClient.ACCOUNT + "/limits";
    private static final String PATH = RawClient.ACCOUNT + "/limits/blob";
    private static final byte[] ONES = PageBlobProtocolContract.bytes(512, 1);

    /** Lets one request through, and the next one after a quarter of an hour. */
    private static final Limit ONE = Limit.NONE.withRequests(0.001);

    private BlobServer server;
    private RawClient client;
    private TestBlob blob;
    private TestBlob other;

    @BeforeEach
    void start() throws IOException {
        server = BlobServer.start(BlobServerConfig.defaults());
        client = new RawClient(server.port());
        client.send("PUT", CONTAINER, "restype=container", Map.of());
        blob = new TestBlob(client, CONTAINER + "/blob");
        blob.create(1 << 20);
        other = new TestBlob(client, CONTAINER + "/other");
        other.create(1 << 20);
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        server.close();
    }

    private Reply control(String method, String query) throws IOException {
        try (Wire wire = new Wire(server.port())) {
            wire.send(method + " /_control/limits" + query + " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
            return wire.receive(false);
        }
    }

    @Test
    void mistakesInOrdersAreExplained() throws IOException {
        assertThat(control("PUT", "?requests-per-second=5").text()).startsWith("limits need either blob=");
        assertThat(control("PUT", "?blob=limits&requests-per-second=5").text()).isEqualTo("blob must be account/container/name, or all\n");
        assertThat(control("PUT", "?blob=all&requests-per-second=many").text()).isEqualTo("requests-per-second must be a number\n");
        assertThat(control("PUT", "?blob=all&bytes-per-second=-1").status()).isEqualTo(400);
        assertThat(control("PUT", "?blob=all&burst-ms=0").status()).isEqualTo(400);
        assertThat(control("PUT", "?blob=all&tier=P99").status()).isEqualTo(400);
        assertThat(blob.write(0, ONES).status()).isEqualTo(201);
    }

    @Test
    void whatIsTooMuchIsRefusedAtOnceAndNotDone() throws IOException {
        server.limits().blob(PATH, ONE.withRetryAfter(3));
        assertThat(blob.read(0, 512).status()).isEqualTo(206);
        for (int i = 0; i < 3; i++) {
            Reply refused = blob.write(0, ONES);
            assertThat(refused.summary()).isEqualTo("503 ServerBusy");
            assertThat(refused.header("retry-after")).isEqualTo("3");
            assertThat(blob.clear(0, 512).status()).isEqualTo(503);
            assertThat(blob.read(0, 512).status()).isEqualTo(503);
        }
        assertThat(server.blob(RawClient.ACCOUNT, "limits", "blob").pageRanges()).isEmpty();
        assertThat(server.limits().usage()).containsExactly(new Limits.Usage(PATH, ONE.withRetryAfter(3), 1, 9, 512));
        assertThat(server.stats().all()).containsEntry("limited", 9L).containsEntry("put-page", 0L);
    }

    @Test
    void retryAfterIsLeftOutUnlessWanted() throws IOException {
        server.limits().blob(PATH, ONE);
        blob.read(0, 512);
        assertThat(blob.read(0, 512).header("retry-after")).isNull();
    }

    @Test
    void onlyDataIsLimited() throws IOException {
        server.limits().blob(PATH, ONE);
        blob.read(0, 512);
        assertThat(blob.read(0, 512).status()).isEqualTo(503);
        assertThat(blob.head().status()).isEqualTo(200);
        assertThat(blob.sequence("max", 9).status()).isEqualTo(200);
        assertThat(blob.acquire(PageBlobProtocolContract.LEASE_A, -1).status()).isEqualTo(201);
        assertThat(blob.pageList("").status()).isEqualTo(200);
        assertThat(other.read(0, 512).status()).as("another blob").isEqualTo(206);
    }

    @Test
    void bytesAreLimitedByWhatIsReadAndWritten() throws IOException {
        server.limits().blob(PATH, Limit.NONE.withBytes(1));
        assertThat(blob.clear(0, 1 << 20).status()).as("a clear has no bytes").isEqualTo(201);
        assertThat(blob.write(0, ONES).status()).isEqualTo(201);
        assertThat(blob.clear(0, 512).status()).as("the bucket is below empty").isEqualTo(503);
        assertThat(server.limits().usage().getFirst().bytes()).isEqualTo(512);
        server.limits().blob(PATH, Limit.NONE);
        blob.read(100, 1000);
        blob.get("", Map.of());
        assertThat(server.limits().usage().getFirst().bytes()).isEqualTo(512 + 1000 + (1 << 20));
    }

    @Test
    void everyBlobHasBucketsOfItsOwnAndAnAccountHasThemForAll() throws IOException {
        server.limits().everyBlob(ONE);
        assertThat(blob.read(0, 512).status()).isEqualTo(206);
        assertThat(other.read(0, 512).status()).isEqualTo(206);
        assertThat(blob.read(0, 512).status()).isEqualTo(503);
        server.limits().clear();
        server.limits().account(RawClient.ACCOUNT, ONE);
        assertThat(blob.read(0, 512).status()).isEqualTo(206);
        assertThat(other.read(0, 512).status()).isEqualTo(503);
    }

    @Test
    void limitsChangeWhileConnectionsAreOpen() throws IOException {
        assertThat(control("PUT", "?blob=all&requests-per-second=0.001").status()).isEqualTo(200);
        assertThat(blob.read(0, 512).status()).isEqualTo(206);
        assertThat(blob.read(0, 512).status()).isEqualTo(503);
        control("PUT", "?blob=" + PATH + "&tier=P20&latency-us=0");
        assertThat(blob.read(0, 512).status()).isEqualTo(206);
        assertThat(control("GET", "").text()).contains(
                PATH + " requests-per-second 2300 bytes-per-second 150000000 burst-ms 100 latency-us 0 spread-us 0"
                        + " allowed 1 refused 0 bytes 512\n");
        control("DELETE", "");
        assertThat(other.read(0, 512).status()).isEqualTo(206);
        assertThat(other.read(0, 512).status()).isEqualTo(206);
        assertThat(control("GET", "").text()).isEmpty();
    }

    @Test
    void latenciesOfConcurrentRequestsOverlap() throws Exception {
        server.limits().everyBlob(Limit.NONE.withLatency(500_000, 0));
        ConcurrentLinkedQueue<Long> took = new ConcurrentLinkedQueue<>();
        List<Thread> readers = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < 32; i++) {
            readers.add(Thread.ofPlatform().start(() -> {
                try (RawClient own = new RawClient(server.port())) {
                    long from = System.nanoTime();
                    assertThat(new TestBlob(own, blob.path()).write(0, ONES).status()).isEqualTo(201);
                    took.add(System.nanoTime() - from);
                } catch (IOException e) {
                    took.add(0L);
                }
            }));
        }
        for (Thread reader : readers) {
            reader.join();
        }
        assertThat(took).hasSize(32).allMatch(time -> time > 490_000_000L);
        assertThat(System.nanoTime() - start).as("one after the other would take 16 s").isLessThan(8_000_000_000L);
    }
}
