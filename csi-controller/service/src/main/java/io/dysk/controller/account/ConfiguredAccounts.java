package io.dysk.controller.account;

import io.dysk.blob.AccountName;
import io.dysk.blob.BlobAddress;
import io.dysk.blob.BlobException;
import io.dysk.blob.Credentials;
import io.dysk.blob.Endpoint;
import io.dysk.blob.PageBlobStore;
import io.dysk.controller.volume.VolumeId;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.contract.AccountSecret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Accounts as the options say. The folder of the driver's own accounts is read again every few seconds, so a key that was changed
 * there is used without a restart; while it can't be understood, what was there before goes on to count.
 */
public final class ConfiguredAccounts implements Accounts {
    private static final Logger LOG = Logger.getLogger(ConfiguredAccounts.class.getName());
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(10);

    private final Optional<AccountsDirectory> directory;
    private final String endpointSuffix;
    private final AccountStores stores = new AccountStores();
    private List<AccountFile> files; // guarded by this
    private long looked; // guarded by this

    /**
     * @param folder of the driver's own accounts, if there is one
     * @param endpointSuffix of accounts of which nothing else is said
     * @throws IllegalArgumentException if something in the folder can't be understood
     */
    public ConfiguredAccounts(Optional<Path> folder, String endpointSuffix) {
        this.directory = folder.map(AccountsDirectory::new);
        this.endpointSuffix = endpointSuffix;
        files = directory.map(AccountsDirectory::read).orElse(List.of());
        looked = System.nanoTime();
        files.forEach(this::open); // a key that is no key is to be told at the start
    }

    @Override
    public PageBlobStore of(VolumeId volume, Map<String, String> secrets) {
        Optional<AccountSecret> secret = AccountSecret.parse(secrets);
        if (secret.isEmpty()) {
            AccountFile file = file(volume.account()).orElseThrow(() -> RpcFailure.unauthenticated("there are no credentials for storage account "
                    + volume.account() + ": name a secret with accountname and accountkey (or sas) in the StorageClass or PersistentVolume,"
                    + " or put a file for the account into the controller's --accounts-dir"));
            Endpoint endpoint = volume.endpoint().orElseGet(() -> endpoint(file));
            return limited(stores.open(endpoint, credentials(file)));
        }
        if (!secret.get().account().equals(volume.account().value())) {
            throw RpcFailure.invalidArgument("it is in storage account " + volume.account() + ", but the secret is of account "
                    + secret.get().account() + ": name the secret of the volume's own account");
        }
        Endpoint endpoint = secret.get().endpoint().map(url -> Endpoint.parse(url, Optional.of(volume.account())))
                .or(volume::endpoint).orElseGet(() -> usual(volume.account()));
        return limited(stores.open(endpoint, credentials(secret.get(), volume.account())));
    }

    @Override
    public List<OwnAccount> own() {
        return files().stream().map(this::open).toList();
    }

    @Override
    public Optional<OwnAccount> ofSecrets(Map<String, String> secrets, EndpointChoice where) {
        return AccountSecret.parse(secrets).map(secret -> {
            AccountName account = account(secret);
            Endpoint endpoint = secret.endpoint().map(url -> Endpoint.parse(url, Optional.of(account)))
                    .or(() -> where.of(account)).orElseGet(() -> usual(account));
            return OwnAccount.unknown(limited(stores.open(endpoint, credentials(secret, account))));
        });
    }

    @Override
    public VolumeId idOf(Endpoint account, BlobAddress address) {
        VolumeId plain = VolumeId.of(account.account(), address);
        return usual(account.account()).equals(account)
                ? plain
                : new VolumeId(Optional.of(account), plain.account(), address, Optional.empty());
    }

    /** Where an account is by the configuration. */
    private Endpoint usual(AccountName account) {
        return file(account).map(this::endpoint).orElseGet(() -> EndpointChoice.bySuffix(account, endpointSuffix));
    }

    private Endpoint endpoint(AccountFile file) {
        return file.endpoint().map(url -> Endpoint.parse(url, Optional.of(file.account())))
                .orElseGet(() -> EndpointChoice.bySuffix(file.account(), endpointSuffix));
    }

    private OwnAccount open(AccountFile file) {
        PageBlobStore store = limited(stores.open(endpoint(file), credentials(file)));
        return new OwnAccount(store, file.sku(), file.capacityBytes(), file.topology());
    }

    private Credentials credentials(AccountFile file) {
        return file.secret().map(secret -> credentials(secret, file.account())).orElseGet(() -> stores.workloadIdentity(file.clientId()));
    }

    private static Credentials credentials(AccountSecret secret, AccountName account) {
        try {
            return secret.key().<Credentials>map(key -> new Credentials.SharedKey(account, key))
                    .orElseGet(() -> new Credentials.Sas(secret.sas().orElseThrow()));
        } catch (BlobException.InvalidArgument e) {
            throw RpcFailure.unauthenticated(e.getMessage());
        }
    }

    private static AccountName account(AccountSecret secret) {
        try {
            return new AccountName(secret.account());
        } catch (BlobException.InvalidArgument e) {
            throw RpcFailure.unauthenticated("the secret's 'accountname' is wrong: " + e.getMessage());
        }
    }

    private static PageBlobStore limited(PageBlobStore store) {
        return store.within(CallTime.left());
    }

    private Optional<AccountFile> file(AccountName account) {
        return files().stream().filter(file -> file.account().equals(account)).findFirst();
    }

    private synchronized List<AccountFile> files() {
        if (directory.isPresent() && System.nanoTime() - looked > BETWEEN_LOOKS.toNanos()) {
            looked = System.nanoTime();
            try {
                List<AccountFile> now = directory.get().read();
                now.forEach(this::open);
                files = now;
            } catch (IllegalArgumentException | RpcFailure | BlobException e) {
                LOG.log(Level.WARNING, "the accounts stay as they were: {0}", e.getMessage());
            }
        }
        return files;
    }
}
