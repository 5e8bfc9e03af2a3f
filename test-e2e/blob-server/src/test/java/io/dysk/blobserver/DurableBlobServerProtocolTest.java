package io.dysk.blobserver;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract, on our server with files. It has no quirks either. */
final class DurableBlobServerProtocolTest extends PageBlobProtocolContract {
    private static BlobServer server;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        server = BlobServer.start(premium(BlobServerConfig.defaults()).withDirectory(directory, false));
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @Override
    int port() {
        return server.port();
    }

    @Override
    Map<String, String> quirks() {
        return Map.of();
    }
}
