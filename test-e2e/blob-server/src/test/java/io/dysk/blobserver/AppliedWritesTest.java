package io.dysk.blobserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blobserver.blob.AppliedWrite;
import io.dysk.blobserver.blob.AppliedWrites;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** Who watches sees every applied change of a blob, in order and with its bytes, though the log keeps little and no data. */
final class AppliedWritesTest {
    private static final String CONTAINER = "/" + RawClient.ACCOUNT + "/watched";
    private static final int SIZE = 64 * 1024;

    /** A blob built from what is told alone. */
    private static final class Mirror implements AppliedWrites {
        private final byte[] content = new byte[SIZE];
        private final List<AppliedWrite> changes = new ArrayList<>();
        private boolean writableBuffer;

        @Override
        public synchronized void applied(AppliedWrite change, ByteBuffer bytes) {
            changes.add(change);
            int at = (int) change.offset();
            switch (change.kind()) {
                case UPDATE -> {
                    writableBuffer |= !bytes.isReadOnly();
                    bytes.get(content, at, (int) change.length());
                }
                case CLEAR -> Arrays.fill(content, at, at + (int) change.length(), (byte) 0);
                default -> assertThat(bytes).isNull();
            }
        }
    }

    @Test
    void aBlobWrittenByManyAtOnceIsFollowedExactly() throws Exception {
        Mirror mirror = new Mirror();
        try (BlobServer server = BlobServer.start(BlobServerConfig.defaults().withLog(1, false).withWatcher(mirror));
                RawClient client = new RawClient(server.port())) {
            client.send("PUT", CONTAINER, "restype=container", Map.of());
            TestBlob blob = new TestBlob(client, CONTAINER + "/blob");
            blob.create(SIZE);
            ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
            List<Thread> writers = new ArrayList<>();
            for (int writer = 0; writer < 4; writer++) {
                long seed = writer;
                writers.add(Thread.ofPlatform().start(() -> {
                    try {
                        write(server.port(), new Random(seed));
                    } catch (IOException | AssertionError e) {
                        failures.add(e);
                    }
                }));
            }
            for (Thread writer : writers) {
                writer.join();
            }
            blob.sequence("max", 7);
            assertThat(failures).isEmpty();
            assertThat(mirror.changes).hasSize(1 + 4 * 200 + 1);
            assertThat(mirror.changes).extracting(AppliedWrite::number).isSorted().doesNotHaveDuplicates();
            assertThat(mirror.changes.getFirst().kind()).isEqualTo(AppliedWrite.Kind.CREATE);
            assertThat(mirror.changes.getLast()).isEqualTo(
                    new AppliedWrite(802, "devstoreaccount1/watched/blob", AppliedWrite.Kind.SEQUENCE, 0, 0, 7, false, null));
            assertThat(mirror.changes).extracting(AppliedWrite::data).containsOnlyNulls();
            assertThat(mirror.writableBuffer).isFalse();
            assertThat(mirror.content).isEqualTo(server.blob(RawClient.ACCOUNT, "watched", "blob").read(0, SIZE));
        }
    }

    private static void write(int port, Random random) throws IOException {
        try (RawClient client = new RawClient(port)) {
            TestBlob blob = new TestBlob(client, CONTAINER + "/blob");
            for (int i = 0; i < 200; i++) {
                int pages = 1 + random.nextInt(8);
                long offset = 512L * random.nextInt(SIZE / 512 - pages + 1);
                Reply reply = random.nextInt(4) == 0
                        ? blob.clear(offset, pages * 512L)
                        : blob.write(offset, PageBlobProtocolContract.bytes(pages * 512, random.nextInt()));
                assertThat(reply.status()).isEqualTo(201);
            }
        }
    }

    @Test
    void whatWasRefusedIsNotTold() throws IOException {
        Mirror mirror = new Mirror();
        try (BlobServer server = BlobServer.start(BlobServerConfig.defaults().withWatcher(mirror));
                RawClient client = new RawClient(server.port())) {
            client.send("PUT", CONTAINER, "restype=container", Map.of());
            TestBlob blob = new TestBlob(client, CONTAINER + "/blob");
            blob.create(SIZE);
            assertThat(blob.write(0, new byte[512], "x-ms-if-sequence-number-eq", "1").status()).isEqualTo(412);
            assertThat(blob.write(SIZE, new byte[512]).status()).isEqualTo(416);
            assertThat(mirror.changes).extracting(AppliedWrite::kind).containsExactly(AppliedWrite.Kind.CREATE);
        }
    }
}
