package io.dysk.csisuite;

import io.dysk.blob.AccountName;
import io.dysk.blob.AzurePageBlobStore;
import io.dysk.blob.BlobAccount;
import io.dysk.blob.BlobAddress;
import io.dysk.blob.Credentials;
import io.dysk.blob.Endpoint;
import io.dysk.blob.PageBlobStore;
import io.dysk.blobserver.BlobServer;
import io.dysk.blobserver.BlobServerConfig;
import io.dysk.blobserver.auth.Accounts;
import io.dysk.blobserver.blob.AppliedWrite;
import io.dysk.blobserver.blob.BlobView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A storage account in this process. The host and the guests know it by one name. Thread-safe. */
final class Storage implements AutoCloseable {
    static final String ACCOUNT = Accounts.EMULATOR;
    static final String CONTAINER = "volumes";

    /** Its host name; what it stands for differs between the host and the guests. */
    static final String HOST = "storage.test";

    private static final String SEEN_FROM_HOST = "127.0.0.1";
    private static final String SEEN_FROM_GUESTS = "10.0.2.2";
    private static final int LOG_CAPACITY = 1 << 17;

    private final String key = randomKey();
    private final BlobServer server;
    private final PageBlobStore store;

    private Storage(Set<String> premium) throws IOException {
        server = BlobServer.start(BlobServerConfig.defaults().withAccounts(Map.of(ACCOUNT, key), premium).withLog(LOG_CAPACITY, false));
        AccountName account = new AccountName(ACCOUNT);
        store = AzurePageBlobStore.open(new BlobAccount(new Endpoint(false, SEEN_FROM_HOST, server.port(), account, true),
                new Credentials.SharedKey(account, key)));
    }

    static Storage start() {
        return start(Set.of());
    }

    /** One whose blobs have a tier. */
    static Storage startPremium() {
        return start(Set.of(ACCOUNT));
    }

    private static Storage start(Set<String> premium) {
        try {
            return new Storage(premium);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the blob server", e);
        }
    }

    /** A key that opens nothing unless an account has it. */
    static String randomKey() {
        byte[] bytes = new byte[64];
        new SecureRandom().nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    BlobServer server() {
        return server;
    }

    /** The account as its owner sees it, past the driver. */
    PageBlobStore store() {
        return store;
    }

    String key() {
        return key;
    }

    String url() {
        return "http://" + HOST + ":" + server.port() + "/" + ACCOUNT;
    }

    /** What a Kubernetes secret of the account holds. */
    Map<String, String> secret() {
        return Map.of("accountname", ACCOUNT, "accountkey", key, "endpoint", url());
    }

    /** The account as one of a program's own: a file of --accounts-dir. */
    String accountFile() {
        return "accountname=" + ACCOUNT + "\naccountkey=" + key + "\nendpoint=" + url() + "\n";
    }

    /** A line for a file of host names. */
    static String hostsLineForHost() {
        return SEEN_FROM_HOST + " " + HOST + " localhost\n";
    }

    static String hostsLineForGuests() {
        return SEEN_FROM_GUESTS + " " + HOST + "\n";
    }

    /** The blob of a volume, from inside the server. */
    BlobView blob(String volumeId) {
        String[] parts = volumeId.split("/", 3);
        return server.blob(parts[0], parts[1], parts[2]);
    }

    BlobAddress address(String volumeId) {
        String[] parts = volumeId.split("/", 3);
        return BlobAddress.of(parts[1], parts[2]);
    }

    /** Writes and clears of pages that the server applied to a volume, oldest first. */
    List<AppliedWrite> writes(String volumeId) {
        return server.writeLog().all().stream().filter(write -> write.blob().equals(volumeId))
                .filter(write -> write.kind() == AppliedWrite.Kind.UPDATE || write.kind() == AppliedWrite.Kind.CLEAR).toList();
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
