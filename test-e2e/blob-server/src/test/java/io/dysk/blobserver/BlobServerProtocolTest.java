package io.dysk.blobserver;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract, on our server in memory. It has no quirks. */
final class BlobServerProtocolTest extends PageBlobProtocolContract {
    private static BlobServer server;

    @BeforeAll
    static void start() throws IOException {
        server = BlobServer.start(premium(BlobServerConfig.defaults()));
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
