package io.dysk.blob;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Storage connection strings: {@code Name=value} pairs with semicolons between them. Names are taken in any case; unknown ones
 * (of the other services) are passed over.
 *
 * @see <a href="https://learn.microsoft.com/azure/storage/common/storage-configure-connection-string">Connection strings</a>
 */
final class ConnectionString {
    private static final AccountName EMULATOR_ACCOUNT = new AccountName("devstoreaccount1");
    // Public and the same for everyone: it opens nothing but emulators.
    private static final String EMULATOR_KEY =
            "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
    private static final int EMULATOR_PORT = 10000;
    private static final String EXPECTED = ": expected DefaultEndpointsProtocol=https;AccountName=...;AccountKey=...;"
            + "EndpointSuffix=core.windows.net, or BlobEndpoint=...;SharedAccessSignature=...";

    private final Map<String, String> fields;

    private ConnectionString(Map<String, String> fields) {
        this.fields = fields;
    }

    static BlobAccount parse(String text) {
        Map<String, String> fields = new HashMap<>();
        for (String pair : text == null ? new String[0] : text.strip().split(";")) {
            if (pair.isBlank()) {
                continue;
            }
            int equals = pair.indexOf('=');
            if (equals < 1) {
                // Never shown: a key that was cut in two would look like this.
                throw new BlobException.InvalidArgument("the connection string has a part without a name" + EXPECTED);
            }
            String name = pair.substring(0, equals).strip().toLowerCase(Locale.ROOT);
            if (fields.put(name, pair.substring(equals + 1).strip()) != null) {
                throw new BlobException.InvalidArgument("the connection string has two fields of one name" + EXPECTED);
            }
        }
        if (fields.isEmpty()) {
            throw new BlobException.InvalidArgument("the connection string is empty" + EXPECTED);
        }
        return new ConnectionString(fields).account();
    }

    private BlobAccount account() {
        if (field("UseDevelopmentStorage").filter(v -> v.equalsIgnoreCase("true")).isPresent()) {
            return emulator();
        }
        Optional<AccountName> name = field("AccountName").map(AccountName::new);
        Endpoint endpoint = endpoint(name);
        Optional<String> key = field("AccountKey");
        Optional<String> sas = field("SharedAccessSignature");
        if (key.isPresent() == sas.isPresent()) {
            throw new BlobException.InvalidArgument("the connection string needs one of AccountKey and SharedAccessSignature" + EXPECTED);
        }
        Credentials credentials = key.isPresent()
                ? new Credentials.SharedKey(endpoint.account(), key.get())
                : new Credentials.Sas(sas.orElseThrow());
        return new BlobAccount(endpoint, credentials);
    }

    private Endpoint endpoint(Optional<AccountName> name) {
        Optional<String> url = field("BlobEndpoint");
        if (url.isPresent()) {
            return Endpoint.parse(url.get(), name);
        }
        AccountName account = name.orElseThrow(() ->
                new BlobException.InvalidArgument("the connection string has neither BlobEndpoint nor AccountName" + EXPECTED));
        String protocol = field("DefaultEndpointsProtocol").orElse("https");
        String suffix = field("EndpointSuffix").orElse(Endpoint.PUBLIC_SUFFIX);
        return Endpoint.parse(protocol + "://" + account + ".blob." + suffix, name);
    }

    private BlobAccount emulator() {
        String proxy = field("DevelopmentStorageProxyUri").orElse("http://127.0.0.1");
        var uri = Endpoint.uri(proxy);
        var endpoint = new Endpoint(uri.getScheme().equalsIgnoreCase("https"), uri.getHost().toLowerCase(Locale.ROOT),
                uri.getPort() < 0 ? EMULATOR_PORT : uri.getPort(), EMULATOR_ACCOUNT, true);
        return new BlobAccount(endpoint, new Credentials.SharedKey(EMULATOR_ACCOUNT, EMULATOR_KEY));
    }

    private Optional<String> field(String name) {
        return Optional.ofNullable(fields.get(name.toLowerCase(Locale.ROOT))).filter(value -> !value.isEmpty());
    }
}
