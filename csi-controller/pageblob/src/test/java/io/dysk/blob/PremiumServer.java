package io.dysk.blob;

import io.dysk.blobserver.BlobServer;
import io.dysk.blobserver.BlobServerConfig;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A server of its own for each test, with a premium account and a disk of 4 MiB in it. */
abstract class PremiumServer {
    static final ContainerName DISKS = new ContainerName("disks");
    static final BlobAddress DISK = BlobAddress.of("disks", "disk");
    static final BlobAddress TARGET = BlobAddress.of("disks", "target");

    BlobServer server;
    PageBlobStore store;

    @BeforeEach
    void start() throws IOException {
        BlobServerConfig config = BlobServerConfig.defaults();
        server = BlobServer.start(config.withAccounts(config.accounts(), config.accounts().keySet()));
        store = AzurePageBlobStore.open(account(), PageBlobStoreContract.LIMITS);
        store.createContainer(DISKS);
        store.create(DISK, NewPageBlob.raw(4 << 20));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    final BlobAccount account() {
        return BlobAccount.ofConnectionString("UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://127.0.0.1:" + server.port());
    }
}
