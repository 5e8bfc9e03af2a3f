package io.dysk.blob;

import java.time.Instant;
import java.util.Objects;

/**
 * Gives access tokens.
 *
 * <p>Implementations may block on the network, must be safe for use by many threads, and may be asked often: the SDK keeps a token
 * until shortly before its end.
 *
 * @see EntraTokens
 */
@FunctionalInterface
public interface TokenSource {
    /** The scope of tokens for the blob service. */
    String STORAGE_SCOPE = "https://storage.azure.com/.default";

    /**
     * A token for a scope.
     *
     * @throws BlobException.Denied if the identity gets none; the message says why without repeating secrets
     */
    AccessToken token(String scope);

    /**
     * A bearer token.
     *
     * @param value the token
     * @param expiresAt when it ends
     */
    record AccessToken(String value, Instant expiresAt) {
        public AccessToken {
            Objects.requireNonNull(value, "value");
            Objects.requireNonNull(expiresAt, "expiresAt");
        }

        @Override
        public String toString() {
            return "token until " + expiresAt;
        }
    }
}
