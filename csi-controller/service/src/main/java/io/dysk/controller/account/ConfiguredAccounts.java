package io.dysk.controller.account;

import io.dysk.blob.AccountName;
import io.dysk.blob.BlobAddress;
import io.dysk.blob.BlobException;
import io.dysk.blob.Credentials;
import io.dysk.blob.Endpoint;
import io.dysk.blob.PageBlobStore;
import io.dysk.controller.volume.VolumeId;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.config.AccountFile;
import io.dysk.rpc.config.AccountFiles;
import io.dysk.rpc.config.ConfigurationException;
import io.dysk.rpc.contract.AccountSecret;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Accounts as the options say. A file of an account counts as it is now, so a key that was changed there is used without a restart. */
public final class ConfiguredAccounts implements Accounts {
    private final AccountFiles files;
    private final String endpointSuffix;
    private final AccountStores stores = new AccountStores();

    /**
     * @param files the driver's own accounts
     * @param endpointSuffix of accounts of which nothing else is said
     * @throws ConfigurationException if a file or the suffix can't be
     */
    public ConfiguredAccounts(AccountFiles files, String endpointSuffix) {
        this.files = files;
        this.endpointSuffix = endpointSuffix;
        try {
            EndpointChoice.bySuffix(new AccountName("account"), endpointSuffix);
            own();
        } catch (RpcFailure | BlobException e) {
            throw new ConfigurationException(e.getMessage());
        }
    }

    @Override
    public PageBlobStore of(VolumeId volume, Map<String, String> secrets) {
        Optional<AccountSecret> secret = AccountSecret.parse(secrets);
        if (secret.isEmpty()) {
            AccountFile file = files.find(volume.account().value()).orElseThrow(() -> RpcFailure.unauthenticated("there are no credentials for"
                    + " storage account " + volume.account() + ": name a secret with accountname and accountkey (or sas) in the StorageClass or"
                    + " PersistentVolume, or put a file for the account into the controller's --accounts-dir"));
            Endpoint endpoint = volume.endpoint().orElseGet(() -> usual(volume.account()));
            return limited(stores.open(endpoint, credentials(file)));
        }
        if (!secret.get().account().equals(volume.account().value())) {
            throw RpcFailure.invalidArgument("it is in storage account " + volume.account() + ", but the secret is of account "
                    + secret.get().account() + ": name the secret of the volume's own account");
        }
        Endpoint endpoint = ofSecret(secret.get(), volume.account()).or(volume::endpoint).orElseGet(() -> usual(volume.account()));
        return limited(stores.open(endpoint, credentials(secret.get(), volume.account())));
    }

    @Override
    public List<OwnAccount> own() {
        return files.all().stream().map(file -> {
            AccountSettings settings = AccountSettings.of(file);
            PageBlobStore store = limited(stores.open(usual(settings.account()), credentials(file)));
            return new OwnAccount(store, settings.sku(), settings.capacityBytes(), settings.topology());
        }).toList();
    }

    @Override
    public Optional<OwnAccount> ofSecrets(Map<String, String> secrets, EndpointChoice where) {
        return AccountSecret.parse(secrets).map(secret -> {
            AccountName account = account(secret);
            Endpoint endpoint = ofSecret(secret, account).or(() -> where.of(account)).orElseGet(() -> usual(account));
            return OwnAccount.unknown(limited(stores.open(endpoint, credentials(secret, account))));
        });
    }

    @Override
    public VolumeId idOf(Endpoint account, BlobAddress address) {
        return idsIn(account).apply(address);
    }

    @Override
    public Function<BlobAddress, VolumeId> idsIn(Endpoint account) {
        Optional<Endpoint> said = usual(account.account()).equals(account) ? Optional.empty() : Optional.of(account);
        return address -> new VolumeId(said, account.account(), address, Optional.empty());
    }

    /** Where an account is by the configuration. */
    private Endpoint usual(AccountName account) {
        return files.find(account.value()).flatMap(AccountFile::endpoint).map(url -> Endpoint.parse(url, Optional.of(account)))
                .orElseGet(() -> EndpointChoice.bySuffix(account, endpointSuffix));
    }

    private static Optional<Endpoint> ofSecret(AccountSecret secret, AccountName account) {
        return secret.endpoint().map(url -> Endpoint.parse(url, Optional.of(account)));
    }

    private Credentials credentials(AccountFile file) {
        return file.secret().map(secret -> credentials(secret, new AccountName(file.account())))
                .orElseGet(() -> stores.workloadIdentity(AccountSettings.of(file).clientId()));
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
}
