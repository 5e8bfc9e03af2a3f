package io.dysk.blob;

import io.dysk.blobserver.BlobServer;
import io.dysk.blobserver.BlobServerConfig;
import io.dysk.blobserver.auth.Accounts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;

/** Our own page-blob endpoint, in this JVM. */
final class OwnServer implements BlobService {
    private static OwnServer running;

    private final BlobServer server;

    private OwnServer() {
        try {
            server = BlobServer.start(BlobServerConfig.defaults().withAccounts(Map.of(
                    Accounts.EMULATOR, Accounts.EMULATOR_KEY, SecondAccount.NAME, SecondAccount.KEY)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static synchronized OwnServer running() {
        if (running == null) {
            running = new OwnServer();
        }
        return running;
    }

    @Override
    public BlobAccount account() {
        return BlobAccount.ofConnectionString("UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://127.0.0.1:" + server.port());
    }

    @Override
    public BlobAccount otherAccount() {
        return SecondAccount.at(server.port());
    }

    @Override
    public Set<Quirk> quirks() {
        return Set.of();
    }
}
