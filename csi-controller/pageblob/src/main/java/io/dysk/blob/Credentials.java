package io.dysk.blob;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What proves to the service who we are. Nothing of it but public facts is shown by {@code toString()} or put in messages. */
public sealed interface Credentials {
    /**
     * The key of an account: may do everything in it, for ever.
     *
     * @param account the account it belongs to
     * @param base64 the key as the portal shows it
     */
    record SharedKey(AccountName account, String base64) implements Credentials {
        /** @throws BlobException.InvalidArgument if the key isn't base64; the message doesn't repeat it */
        public SharedKey {
            Objects.requireNonNull(account, "account");
            base64 = base64 == null ? "" : base64.strip();
            boolean valid;
            try {
                byte[] decoded = Base64.getDecoder().decode(base64);
                // The decoder takes keys that lost their end; the encoder doesn't make them.
                valid = decoded.length > 0 && Base64.getEncoder().encodeToString(decoded).equals(base64);
            } catch (IllegalArgumentException e) {
                valid = false;
            }
            if (!valid) {
                throw new BlobException.InvalidArgument("the key of account " + account
                        + " is not base64: expected one of the two keys under \"Access keys\" of the storage account, unchanged");
            }
        }

        /** The decoded key; the caller owns the array and should clear it after use. */
        public byte[] bytes() {
            return Base64.getDecoder().decode(base64);
        }

        @Override
        public String toString() {
            return "key of account " + account;
        }
    }

    /**
     * A shared access signature: some rights to something for some time.
     *
     * @param query the query string, with or without the question mark
     */
    record Sas(String query) implements Credentials {
        /** @throws BlobException.InvalidArgument if there is no signature in it; the message doesn't repeat it */
        public Sas {
            query = query == null ? "" : query.strip();
            query = query.startsWith("?") ? query.substring(1) : query;
            boolean printable = query.chars().allMatch(c -> c > 0x20 && c < 0x7f && c != '#');
            if (!printable || !parameters(query).containsKey("sig")) {
                throw new BlobException.InvalidArgument(
                        "the SAS has no signature: expected a query such as sv=...&sr=b&sp=rw&se=...&sig=..., unchanged and on one line");
            }
        }

        /** The rights it gives ({@code sp}), such as {@code rw}; empty if a stored policy says so. */
        public String rights() {
            return parameters(query).getOrDefault("sp", "");
        }

        /** When it ends ({@code se}) as the service wrote it, unless a stored policy says so. */
        public Optional<String> expiry() {
            return Optional.ofNullable(parameters(query).get("se")).map(se -> se.replace("%3A", ":").replace("%3a", ":"));
        }

        private static Map<String, String> parameters(String query) {
            Map<String, String> parameters = new LinkedHashMap<>();
            for (String pair : query.split("&")) {
                int equals = pair.indexOf('=');
                if (equals > 0 && equals + 1 < pair.length()) {
                    parameters.put(pair.substring(0, equals), pair.substring(equals + 1));
                }
            }
            return parameters;
        }

        @Override
        public String toString() {
            return "SAS (rights " + (rights().isEmpty() ? "by stored policy" : Text.quoted(rights()))
                    + expiry().map(se -> ", until " + Text.quoted(se)).orElse("") + ")";
        }
    }

    /**
     * Tokens of an identity, fetched when needed and renewed before they end. The service takes them over TLS only.
     *
     * @param source gives the tokens
     */
    record Token(TokenSource source) implements Credentials {
        public Token {
            Objects.requireNonNull(source, "source");
        }

        @Override
        public String toString() {
            return "token";
        }
    }
}
