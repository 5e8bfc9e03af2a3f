package io.dysk.ctl;

import io.dysk.blob.AccountName;
import io.dysk.blob.BlobAccount;
import io.dysk.blob.Credentials;
import io.dysk.blob.Endpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where credentials come from. The first of these that is there counts, alone: a credentials file; the variable
 * AZURE_STORAGE_CONNECTION_STRING; AZURE_STORAGE_ACCOUNT with AZURE_STORAGE_KEY; AZURE_STORAGE_ACCOUNT with
 * AZURE_STORAGE_SAS_TOKEN. A file holds a connection string, or lines {@code NAME=value} with these names.
 */
final class CredentialSources {

    static final String CONNECTION_STRING = "AZURE_STORAGE_CONNECTION_STRING";
    static final String ACCOUNT = "AZURE_STORAGE_ACCOUNT";
    static final String KEY = "AZURE_STORAGE_KEY";
    static final String SAS_TOKEN = "AZURE_STORAGE_SAS_TOKEN";
    static final List<String> SECRET_VARIABLES = List.of(CONNECTION_STRING, KEY, SAS_TOKEN);

    private static final String WHERE = "set " + CONNECTION_STRING + ", or " + ACCOUNT + " with " + KEY + " or " + SAS_TOKEN
            + ", or give --credentials-file FILE";
    private static final int LARGEST_FILE = 64 * 1024;

    private final Surroundings surroundings;

    CredentialSources(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /**
     * The account and its credentials.
     *
     * @param file a credentials file, if one was named
     * @param endpoint overrides where the account is; its account must be the credentials' one
     */
    BlobAccount find(Optional<Path> file, Optional<Endpoint> endpoint) {
        Map<String, String> values = file.map(this::read).orElse(surroundings.environment());
        String connectionString = value(values, CONNECTION_STRING);
        BlobAccount account = connectionString.isEmpty()
                ? ofParts(values, endpoint)
                : BlobAccount.ofConnectionString(connectionString);
        return endpoint.map(e -> at(account, e)).orElse(account);
    }

    private static BlobAccount ofParts(Map<String, String> values, Optional<Endpoint> endpoint) {
        String name = value(values, ACCOUNT);
        String key = value(values, KEY);
        String sas = value(values, SAS_TOKEN);
        if (key.isEmpty() && sas.isEmpty()) {
            throw CtlException.usage("no credentials: " + WHERE);
        }
        if (name.isEmpty() && endpoint.isEmpty()) {
            throw CtlException.usage("credentials without an account: set " + ACCOUNT + " too");
        }
        AccountName account = name.isEmpty() ? endpoint.get().account() : new AccountName(name);
        Credentials credentials = key.isEmpty() ? new Credentials.Sas(sas) : new Credentials.SharedKey(account, key);
        return new BlobAccount(endpoint.orElseGet(() -> Endpoint.ofPublicCloud(account)), credentials);
    }

    private static BlobAccount at(BlobAccount account, Endpoint endpoint) {
        AccountName named = account.endpoint().account();
        if (!named.equals(endpoint.account())) {
            throw CtlException.usage(
                    "the credentials are of account " + named + ", but the blob is in account " + endpoint.account());
        }
        return new BlobAccount(endpoint, account.credentials());
    }

    private Map<String, String> read(Path file) {
        String text;
        try {
            if (Files.size(file) > LARGEST_FILE) {
                throw CtlException.usage("the credentials file " + file + " is too large to be one");
            }
            text = Files.readString(file).strip();
            warnIfOpen(file);
        } catch (IOException e) {
            throw CtlException.usage("can't read the credentials file " + file + " (" + e.getClass().getSimpleName() + ")");
        }
        surroundings.redaction().add(text);
        if (text.isEmpty()) {
            throw CtlException.usage("the credentials file " + file + " is empty");
        }
        if (!text.lines().allMatch(line -> line.isBlank() || line.startsWith("#") || line.startsWith("AZURE_STORAGE_"))) {
            return Map.of(CONNECTION_STRING, text);
        }
        Map<String, String> values = new TreeMap<>();
        text.lines().forEach(line -> {
            int equals = line.indexOf('=');
            if (equals > 0 && !line.startsWith("#")) {
                String value = unquote(line.substring(equals + 1).strip());
                surroundings.redaction().add(SECRET_VARIABLES.contains(line.substring(0, equals).strip()) ? value : "");
                values.put(line.substring(0, equals).strip(), value);
            }
        });
        return values;
    }

    private void warnIfOpen(Path file) throws IOException {
        if (Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
            surroundings.err().println("dyskctl: warning: everybody on this machine can read " + file + ": chmod 600 it");
        }
    }

    private static String unquote(String value) {
        boolean quoted = value.length() >= 2 && (value.startsWith("\"") || value.startsWith("'"))
                && value.charAt(value.length() - 1) == value.charAt(0);
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    private static String value(Map<String, String> values, String name) {
        return values.getOrDefault(name, "").strip();
    }
}
