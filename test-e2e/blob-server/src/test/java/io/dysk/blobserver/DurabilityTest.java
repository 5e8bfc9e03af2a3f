package io.dysk.blobserver;

import static io.dysk.blobserver.TestBlob.headers;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was acknowledged is there after the process was killed at any moment. */
final class DurabilityTest {
    private static final int PAGES = 4096;
    private static final String LEASE = "aaaaaaaa-0000-4000-8000-00000000000a";

    @Test
    void acknowledgedWritesSurviveKillNine(@TempDir Path directory) throws Exception {
        Random random = new Random(20261121);
        long[] acknowledged = new long[PAGES];
        long[] sent = new long[PAGES];
        for (int life = 0; life < 5; life++) {
            try (ChildServer server = ChildServer.start("--directory", directory.toString())) {
                RawClient client = new RawClient(server.port());
                TestBlob blob = new TestBlob(client, "/" + RawClient.ACCOUNT + "/durable/blob");
                if (life == 0) {
                    client.send("PUT", "/" + RawClient.ACCOUNT + "/durable", "restype=container", Map.of());
                    assertThat(blob.create(PAGES * 512L).status()).isEqualTo(201);
                }
                check(blob, acknowledged, sent);
                long seed = random.nextLong();
                Thread writer = Thread.ofPlatform().start(() -> write(blob, new Random(seed), acknowledged, sent));
                int enough = 200 + random.nextInt(400);
                while (count(sent) < (life + 1) * enough && writer.isAlive()) {
                    Thread.onSpinWait();
                }
                server.kill();
                writer.join();
            }
        }
    }

    /** Writes until the server is gone. Each page says which write it is of; numbers only grow. */
    private static void write(TestBlob blob, Random random, long[] acknowledged, long[] sent) {
        try {
            while (true) {
                int page = random.nextInt(PAGES);
                synchronized (sent) {
                    sent[page]++;
                }
                byte[] data = ByteBuffer.allocate(512).putLong(sent[page]).putLong(504, page).array();
                if (blob.write(page * 512L, data).status() == 201) {
                    synchronized (acknowledged) {
                        acknowledged[page] = sent[page];
                    }
                }
            }
        } catch (IOException e) {
            // Killed: what was on its way may or may not have been applied.
        }
    }

    private static long count(long[] sent) {
        synchronized (sent) {
            long sum = 0;
            for (long writes : sent) {
                sum += writes;
            }
            return sum;
        }
    }

    private static void check(TestBlob blob, long[] acknowledged, long[] sent) throws IOException {
        byte[] all = blob.get("", Map.of()).body();
        ByteBuffer content = ByteBuffer.wrap(all);
        for (int page = 0; page < PAGES; page++) {
            long there = content.getLong(page * 512);
            assertThat(there).as("page " + page).isBetween(acknowledged[page], sent[page]);
            if (there > 0) {
                assertThat(content.getLong(page * 512 + 504)).isEqualTo(page);
            }
            // From now on this is what must stay, until it is written again.
            acknowledged[page] = there;
            sent[page] = Math.max(there, sent[page]);
        }
    }

    @Test
    void propertiesLeaseAndSnapshotsSurviveKillNine(@TempDir Path directory) throws IOException {
        String snapshot;
        String etag;
        try (ChildServer server = ChildServer.start("--directory", directory.toString(), "--sync", "--premium", RawClient.ACCOUNT)) {
            RawClient client = new RawClient(server.port());
            TestBlob blob = new TestBlob(client, "/" + RawClient.ACCOUNT + "/durable/blob");
            client.send("PUT", "/" + RawClient.ACCOUNT + "/durable", "restype=container", Map.of());
            blob.create(1 << 20, "x-ms-meta-volume", "a=b: \\ c", "x-ms-access-tier", "P10", "x-ms-tags", "a=b");
            blob.write(0, PageBlobProtocolContract.bytes(8192, 1));
            snapshot = blob.snapshot();
            blob.write(0, PageBlobProtocolContract.bytes(512, 2));
            blob.clear(4096, 512);
            blob.setProperties("x-ms-blob-content-length", Integer.toString(2 << 20));
            blob.acquire(LEASE, -1);
            etag = blob.sequence("max", 1L << 21, "x-ms-lease-id", LEASE).header("etag");
            server.kill();
        }
        try (ChildServer server = ChildServer.start("--directory", directory.toString())) {
            TestBlob blob = new TestBlob(new RawClient(server.port()), "/" + RawClient.ACCOUNT + "/durable/blob");
            Reply head = blob.head();
            assertThat(head.header("content-length")).isEqualTo(Integer.toString(2 << 20));
            assertThat(head.header("x-ms-blob-sequence-number")).isEqualTo(Long.toString(1L << 21));
            assertThat(head.header("x-ms-lease-state")).isEqualTo("leased");
            assertThat(head.header("x-ms-meta-volume")).isEqualTo("a=b: \\ c");
            assertThat(head.header("x-ms-access-tier")).isEqualTo("P10");
            assertThat(head.header("x-ms-tag-count")).isEqualTo("1");
            assertThat(head.header("etag")).as("an etag of before holds no more").isNotEqualTo(etag);
            assertThat(blob.write(0, new byte[512]).summary()).isEqualTo("412 LeaseIdMissing");
            assertThat(blob.readSnapshot(snapshot, 0, 8192).body()).isEqualTo(PageBlobProtocolContract.bytes(8192, 1));
            assertThat(blob.read(0, 512).body()).isEqualTo(PageBlobProtocolContract.bytes(512, 2));
            assertThat(PageLists.of(blob.pageList("prevsnapshot=" + snapshot))).containsExactly("0-511", "!4096-4607");
            assertThat(blob.put("comp=metadata", headers("x-ms-lease-id", LEASE)).status()).isEqualTo(200);
        }
    }

    @Test
    void deletedBlobsLeaveNoFiles(@TempDir Path directory) throws IOException {
        try (BlobServer server = BlobServer.start(BlobServerConfig.defaults().withDirectory(directory, false))) {
            RawClient client = new RawClient(server.port());
            String container = "/" + RawClient.ACCOUNT + "/durable";
            TestBlob blob = new TestBlob(client, container + "/blob");
            client.send("PUT", container, "restype=container", Map.of());
            blob.create(1 << 20);
            blob.write(0, new byte[512]);
            blob.snapshot();
            blob.create(1 << 20);
            client.send("DELETE", container, "restype=container", Map.of());
            assertThat(directory.resolve("contents")).isEmptyDirectory();
            assertThat(directory.resolve("records")).isEmptyDirectory();
        }
    }
}
