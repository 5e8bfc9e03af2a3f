package io.dysk.blobserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random operations against a byte array that does the same; the seed is in every message. */
final class RandomOperationsTest {
    private static final int MAX = 600 * 1024;
    private static final int STEPS = 400;

    @Test
    void inMemory() throws IOException {
        for (long seed = 1; seed <= 12; seed++) {
            try (BlobServer server = BlobServer.start(BlobServerConfig.defaults())) {
                new Run(server, seed).go();
            }
        }
    }

    @Test
    void durable(@TempDir Path directory) throws IOException {
        for (long seed = 101; seed <= 106; seed++) {
            try (BlobServer server = BlobServer.start(
                    BlobServerConfig.defaults().withDirectory(directory.resolve("run" + seed), false))) {
                new Run(server, seed).go();
            }
        }
    }

    @Test
    void durableAcrossRestarts(@TempDir Path directory) throws IOException {
        BlobServerConfig config = BlobServerConfig.defaults().withDirectory(directory, false);
        BlobServer server = BlobServer.start(config);
        Run run = new Run(server, 201);
        for (int i = 0; i < 15; i++) {
            run.steps(40);
            server.close();
            server = BlobServer.start(config);
            run.moveTo(server);
            run.compareAll();
        }
        server.close();
    }

    /** What a version of the blob must be. */
    private record Model(byte[] bytes, boolean[] written) {
        Model copy() {
            return new Model(bytes.clone(), written.clone());
        }

        Model resized(int size) {
            return new Model(Arrays.copyOf(bytes, size), Arrays.copyOf(written, size / 512));
        }

        List<String> ranges() {
            List<String> ranges = new ArrayList<>();
            for (int page = 0; page < written.length; page++) {
                if (written[page]) {
                    int start = page;
                    while (page < written.length && written[page]) {
                        page++;
                    }
                    ranges.add(start * 512L + "-" + (page * 512L - 1));
                }
            }
            return ranges;
        }
    }

    private static final class Run {
        private final long seed;
        private final Random random;
        private RawClient client;
        private TestBlob blob;
        private TestBlob clone;
        private Model base = new Model(new byte[MAX], new boolean[MAX / 512]);
        private final Map<String, Model> snapshots = new TreeMap<>();
        private int step;

        Run(BlobServer server, long seed) throws IOException {
            this.seed = seed;
            this.random = new Random(seed);
            moveTo(server);
            assertThat(client.send("PUT", "/" + RawClient.ACCOUNT + "/random", "restype=container", Map.of()).status()).isEqualTo(201);
            assertThat(blob.create(MAX).status()).isEqualTo(201);
        }

        void moveTo(BlobServer server) {
            client = new RawClient(server.port());
            blob = new TestBlob(client, "/" + RawClient.ACCOUNT + "/random/blob");
            clone = new TestBlob(client, "/" + RawClient.ACCOUNT + "/random/clone");
        }

        void go() throws IOException {
            steps(STEPS);
            compareAll();
            client.close();
        }

        void steps(int count) throws IOException {
            for (int i = 0; i < count; i++) {
                step++;
                switch (random.nextInt(20)) {
                    case 0, 1, 2, 3, 4, 5, 6 -> write();
                    case 7, 8, 9 -> clear();
                    case 10, 11, 12, 13, 14 -> read();
                    case 15 -> resize();
                    case 16 -> snapshot();
                    case 17 -> dropSnapshot();
                    case 18 -> copy();
                    default -> compareAll();
                }
            }
        }

        private int pages() {
            return base.written.length;
        }

        private int start() {
            return random.nextInt(pages());
        }

        private int end(int start) {
            int longest = random.nextInt(5) == 0 ? 700 : 20;
            return Math.min(pages(), start + 1 + random.nextInt(longest));
        }

        private void write() throws IOException {
            int start = start();
            int end = end(start);
            byte[] data = new byte[(end - start) * 512];
            random.nextBytes(data);
            assertThat(blob.write(start * 512L, data).status()).as(toString()).isEqualTo(201);
            System.arraycopy(data, 0, base.bytes, start * 512, data.length);
            Arrays.fill(base.written, start, end, true);
        }

        private void clear() throws IOException {
            int start = start();
            int end = end(start);
            assertThat(blob.clear(start * 512L, (end - start) * 512L).status()).as(toString()).isEqualTo(201);
            Arrays.fill(base.bytes, start * 512, end * 512, (byte) 0);
            Arrays.fill(base.written, start, end, false);
        }

        private void read() throws IOException {
            int start = random.nextInt(base.bytes.length);
            int length = Math.min(base.bytes.length - start, 1 + random.nextInt(100_000));
            assertThat(blob.read(start, length).body()).as(toString()).isEqualTo(Arrays.copyOfRange(base.bytes, start, start + length));
        }

        private void resize() throws IOException {
            int size = (1 + random.nextInt(MAX / 512)) * 512;
            assertThat(blob.setProperties("x-ms-blob-content-length", Integer.toString(size)).status()).isEqualTo(200);
            base = base.resized(size);
        }

        private void snapshot() throws IOException {
            snapshots.put(blob.snapshot(), base.copy());
        }

        private void dropSnapshot() throws IOException {
            if (!snapshots.isEmpty()) {
                String name = List.copyOf(snapshots.keySet()).get(random.nextInt(snapshots.size()));
                assertThat(client.send("DELETE", blob.path(), "snapshot=" + name, Map.of()).status()).isEqualTo(202);
                snapshots.remove(name);
            }
        }

        private void copy() throws IOException {
            boolean ofSnapshot = !snapshots.isEmpty() && random.nextBoolean();
            String name = ofSnapshot ? List.copyOf(snapshots.keySet()).get(random.nextInt(snapshots.size())) : null;
            Model source = ofSnapshot ? snapshots.get(name) : base;
            String url = "http://127.0.0.1" + blob.path() + (ofSnapshot ? "?snapshot=" + name : "");
            assertThat(clone.copyFrom(url).status()).as(toString()).isEqualTo(202);
            Model copied = source.copy();
            byte[] data = new byte[512];
            random.nextBytes(data);
            clone.write(0, data);
            System.arraycopy(data, 0, copied.bytes, 0, 512);
            assertThat(clone.get("", Map.of()).body()).as(toString()).isEqualTo(copied.bytes);
        }

        void compareAll() throws IOException {
            assertThat(blob.get("", Map.of()).body()).as(toString()).isEqualTo(base.bytes);
            assertThat(PageLists.of(blob.pageList(""))).as(toString()).isEqualTo(base.ranges());
            for (Map.Entry<String, Model> snapshot : snapshots.entrySet()) {
                String query = "snapshot=" + snapshot.getKey();
                assertThat(blob.get(query, Map.of()).body()).as(this + " " + query).isEqualTo(snapshot.getValue().bytes);
                compareDifference(snapshot.getKey(), snapshot.getValue());
            }
        }

        /** Applying the difference to the snapshot must give what is there now. */
        private void compareDifference(String name, Model from) throws IOException {
            Model rebuilt = from.copy().resized(base.bytes.length);
            for (String range : PageLists.of(blob.pageList("prevsnapshot=" + name))) {
                boolean cleared = range.startsWith("!");
                String[] ends = range.replace("!", "").split("-");
                int start = Integer.parseInt(ends[0]);
                int end = Integer.parseInt(ends[1]) + 1;
                if (cleared) {
                    Arrays.fill(rebuilt.bytes, start, end, (byte) 0);
                } else {
                    System.arraycopy(base.bytes, start, rebuilt.bytes, start, end - start);
                }
                Arrays.fill(rebuilt.written, start / 512, end / 512, !cleared);
            }
            assertThat(rebuilt.bytes).as(this + " difference from " + name).isEqualTo(base.bytes);
            assertThat(rebuilt.ranges()).as(this + " difference from " + name).isEqualTo(base.ranges());
        }

        @Override
        public String toString() {
            return "seed " + seed + ", step " + step;
        }
    }
}
