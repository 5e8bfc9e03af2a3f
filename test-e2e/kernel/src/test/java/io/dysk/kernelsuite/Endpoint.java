package io.dysk.kernelsuite;

import io.dysk.blob.AccountName;
import io.dysk.blob.AzurePageBlobStore;
import io.dysk.blob.BlobAccess;
import io.dysk.blob.BlobAccount;
import io.dysk.blob.BlobAddress;
import io.dysk.blob.ContainerName;
import io.dysk.blob.Credentials;
import io.dysk.blob.LeaseHolder;
import io.dysk.blob.LeaseId;
import io.dysk.blob.NewPageBlob;
import io.dysk.blob.PageBlobStore;
import io.dysk.blobserver.BlobServer;
import io.dysk.blobserver.BlobServerConfig;
import io.dysk.blobserver.auth.Accounts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A storage account that guests can reach: a blob server in this process, and what the owner of volumes does there.
 * Thread-safe.
 */
public final class Endpoint implements AutoCloseable {
    /** The host's 127.0.0.1, as guests see it. */
    public static final String GUEST_ADDRESS = "10.0.2.2";

    public static final String ACCOUNT = Accounts.EMULATOR;
    public static final String CONTAINER = "disks";

    private static final int LOG_CAPACITY = 1 << 17;

    private final BlobServer server;
    private final String key;
    private final PageBlobStore store;

    private Endpoint(BlobServerConfig config) throws IOException {
        this.key = config.accounts().get(ACCOUNT);
        this.server = BlobServer.start(config);
        AccountName account = new AccountName(ACCOUNT);
        this.store = AzurePageBlobStore.open(new BlobAccount(
                new io.dysk.blob.Endpoint(false, "127.0.0.1", server.port(), account, true),
                new Credentials.SharedKey(account, key)));
        store.createContainer(new ContainerName(CONTAINER));
    }

    /** A server with an own key that nothing else contains, and a log without the data. */
    public static Endpoint start() {
        return start(BlobServerConfig.defaults().withLog(LOG_CAPACITY, false));
    }

    /** The account of the configuration must be {@link #ACCOUNT}; it gets a key of its own. */
    public static Endpoint start(BlobServerConfig config) {
        try {
            return new Endpoint(config.withAccounts(Map.of(ACCOUNT, randomKey())));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the blob server", e);
        }
    }

    private static String randomKey() {
        byte[] bytes = new byte[64];
        new SecureRandom().nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    public BlobServer server() {
        return server;
    }

    public PageBlobStore store() {
        return store;
    }

    public int port() {
        return server.port();
    }

    /** The account's key. */
    public Credential key() {
        return Credential.key(key);
    }

    /** A key of the right form that opens nothing. */
    public Credential wrongKey() {
        return Credential.key(randomKey());
    }

    /** A new blob of zeros, leased for ever. */
    public PageBlob create(String name, long bytes) {
        PageBlob blob = createUnleased(name, bytes);
        LeaseId lease = new LeaseId(UUID.randomUUID());
        store.acquireLease(blob.address(), new LeaseHolder("owner", lease));
        return new PageBlob(this, name, lease.toString());
    }

    /** A new blob of zeros that nobody has leased. */
    public PageBlob createUnleased(String name, long bytes) {
        store.create(BlobAddress.of(CONTAINER, name), NewPageBlob.raw(bytes));
        return new PageBlob(this, name, null);
    }

    /** A SAS of the ordinary kind for a blob. */
    public Credential sas(PageBlob blob) {
        return Credential.sas(store.grant(blob.address(), Optional.empty(), BlobAccess.READ_WRITE, Duration.ofHours(2))
                .query());
    }

    /** How to attach a blob of this name, that may or may not exist, with the key and without a lease. */
    public AttachSpec attach(String name) {
        return new AttachSpec(Map.of(), key()).at(GUEST_ADDRESS).with("port", port())
                .with("host", GUEST_ADDRESS + ":" + port()).with("path", 1).with("account", ACCOUNT)
                .with("container", CONTAINER).with("blob", name);
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot stop the blob server", e);
        }
    }
}
