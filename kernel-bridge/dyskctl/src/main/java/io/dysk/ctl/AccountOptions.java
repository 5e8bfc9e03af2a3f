package io.dysk.ctl;

import io.dysk.blob.BlobAccount;
import io.dysk.blob.BlobAddress;
import io.dysk.blob.BlobUrl;
import io.dysk.blob.Endpoint;
import io.dysk.blob.SnapshotId;
import io.dysk.kernel.DeviceInfo;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which account, and what opens it. No option takes a secret: command lines are seen by everybody on the machine. */
final class AccountOptions {

    static final String BLOB_HELP = "CONTAINER/BLOB, or the blob's URL without a SAS.";

    @Option(names = "--credentials-file", paramLabel = "FILE",
            description = "A file with a connection string, or with lines such as AZURE_STORAGE_ACCOUNT=... and"
                    + " AZURE_STORAGE_KEY=... or AZURE_STORAGE_SAS_TOKEN=... (default: the environment variables"
                    + " AZURE_STORAGE_CONNECTION_STRING, or AZURE_STORAGE_ACCOUNT with AZURE_STORAGE_KEY or"
                    + " AZURE_STORAGE_SAS_TOKEN).")
    private Path credentialsFile;

    @Option(names = "--endpoint", paramLabel = "URL",
            description = "Where the account's blob service is: http://ACCOUNT.blob.core.windows.net, or"
                    + " http://HOST:PORT/ACCOUNT for an emulator (default: as the credentials say, else the public"
                    + " cloud).")
    private String endpoint;

    /** The blob that the user named, with its account. */
    NamedBlob blob(Surroundings surroundings, String argument) {
        if (argument.contains("://")) {
            BlobUrl url = BlobUrl.parse(argument);
            if (url.sas().isPresent()) {
                throw CtlException.usage(secretAdvice());
            }
            return new NamedBlob(
                    account(surroundings, Optional.of(url.endpoint())), url.address(), url.snapshot());
        }
        return new NamedBlob(account(surroundings, Optional.empty()), address(argument), Optional.empty());
    }

    /** The account, from the options and the environment. */
    BlobAccount account(Surroundings surroundings) {
        return account(surroundings, Optional.empty());
    }

    /** The blob of an attached device, with its account. */
    NamedBlob blobOf(Surroundings surroundings, DeviceInfo device) {
        Optional<Endpoint> remembered = AttachLabel.endpoint(device.label());
        return new NamedBlob(
                requireSame(account(surroundings, remembered), device),
                BlobAddress.of(device.blob().container(), device.blob().blob()),
                device.blob().snapshot().map(SnapshotId::new));
    }

    /** {@code --endpoint}, if it was given. */
    Optional<Endpoint> endpoint() {
        return Optional.ofNullable(endpoint).map(Endpoint::parse);
    }

    static BlobAddress address(String argument) {
        int slash = argument.indexOf('/');
        if (slash <= 0 || slash == argument.length() - 1) {
            throw CtlException.usage("'" + argument + "' doesn't name a blob: write CONTAINER/BLOB, or the blob's URL");
        }
        return BlobAddress.of(argument.substring(0, slash), argument.substring(slash + 1));
    }

    /** For a secret on the command line. */
    static String secretAdvice() {
        return "there is a key or SAS on the command line, where every user of this machine sees it: take it as disclosed"
                + " and renew it, then put it into the environment (" + CredentialSources.SAS_TOKEN + ", "
                + CredentialSources.KEY + ", " + CredentialSources.CONNECTION_STRING
                + ") or a file named by --credentials-file; nothing was done";
    }

    private BlobAccount account(Surroundings surroundings, Optional<Endpoint> fallback) {
        return new CredentialSources(surroundings)
                .find(Optional.ofNullable(credentialsFile), endpoint().or(() -> fallback));
    }

    private static BlobAccount requireSame(BlobAccount account, DeviceInfo device) {
        if (!account.endpoint().account().value().equals(device.blob().account())) {
            throw CtlException.usage("the credentials are of account " + account.endpoint().account()
                    + ", but " + device.device() + " is of account " + device.blob().account());
        }
        return account;
    }
}
