package io.dysk.controller;

import io.dysk.blob.AzurePageBlobStore;
import io.dysk.blob.BlobAccount;
import io.dysk.blob.CallLimits;
import io.dysk.blob.PageBlobStore;
import io.dysk.blobserver.BlobServer;
import io.dysk.blobserver.BlobServerConfig;
import io.dysk.blobserver.blob.BlobView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Set;

/** A storage service with a few accounts, and a folder of account files for controllers. */
public final class Storage implements AutoCloseable {
    public static final String ALPHA = "alpha";
    public static final String BETA = "beta";
    /** A premium account: its blobs have tiers. */
    public static final String PREMIUM = "premium";
    public static final String KEY = Base64.getEncoder().encodeToString("a key that nobody may see in any log or message".getBytes());

    public final BlobServer server;
    public final Path accounts;

    /** @param folder for files; one for each storage */
    public Storage(Path folder) {
        try {
            server = BlobServer.start(BlobServerConfig.defaults()
                    .withAccounts(Map.of(ALPHA, KEY, BETA, KEY, PREMIUM, KEY), Set.of(PREMIUM)));
            accounts = Files.createDirectories(folder.resolve("accounts"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Gives controllers an account of their own. */
    public Storage own(String account, String... moreLines) {
        String file = "accountname=" + account + "\naccountkey=" + KEY + "\nendpoint=" + endpoint(account) + "\n" + String.join("\n", moreLines) + "\n";
        try {
            Files.writeString(accounts.resolve(account + ".properties"), file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return this;
    }

    public String endpoint(String account) {
        return server.endpoint() + "/" + account;
    }

    /** A secret as a StorageClass names it. */
    public Map<String, String> secret(String account) {
        return Map.of("accountname", account, "accountkey", KEY, "endpoint", endpoint(account));
    }

    /** A look past the controller. */
    public PageBlobStore store(String account) {
        return AzurePageBlobStore.open(BlobAccount.ofConnectionString(
                "BlobEndpoint=" + endpoint(account) + ";AccountName=" + account + ";AccountKey=" + KEY),
                new CallLimits(Duration.ofSeconds(20), Duration.ofSeconds(5), 2, Duration.ofMillis(1)));
    }

    /** A look past HTTP. */
    public BlobView blob(String account, String container, String blob) {
        return server.blob(account, container, blob);
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
