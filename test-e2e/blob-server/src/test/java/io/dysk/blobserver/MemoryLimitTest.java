package io.dysk.blobserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A server without memory for more blobs says so and goes on. */
final class MemoryLimitTest {
    private static final int PIECE = 1 << 20;

    @Test
    void writesFailButReadsAndTheServerGoOn() throws IOException {
        try (ChildServer server = ChildServer.startWithMemory(8); RawClient client = new RawClient(server.port())) {
            String container = "/" + RawClient.ACCOUNT + "/memory";
            client.send("PUT", container, "restype=container", Map.of());
            TestBlob blob = new TestBlob(client, container + "/blob");
            blob.create(64L * PIECE);
            int applied = 0;
            Reply last = blob.write(0, PageBlobProtocolContract.bytes(PIECE, 0));
            while (last.status() == 201 && ++applied < 64) {
                last = blob.write((long) applied * PIECE, PageBlobProtocolContract.bytes(PIECE, applied));
            }
            assertThat(applied).isBetween(1, 8);
            assertThat(last.summary()).isEqualTo("500 InternalError");
            for (int i = 0; i < applied; i++) {
                assertThat(blob.read((long) i * PIECE, 4096).body()).startsWith(PageBlobProtocolContract.bytes(4096, i));
            }
        }
    }
}
