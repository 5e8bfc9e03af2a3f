package io.dysk.blob;

import java.util.Objects;

/**
 * An account and what opens it.
 *
 * @param endpoint where it is
 * @param credentials who we are
 */
public record BlobAccount(Endpoint endpoint, Credentials credentials) {
    /**
     * @throws BlobException.InvalidArgument if the key is of another account
     * @throws BlobException.NeedsHttps if a token would be sent without TLS
     */
    public BlobAccount {
        Objects.requireNonNull(endpoint, "endpoint");
        Objects.requireNonNull(credentials, "credentials");
        if (credentials instanceof Credentials.SharedKey key && !key.account().equals(endpoint.account())) {
            throw new BlobException.InvalidArgument(
                    "the key is of account " + key.account() + ", but the endpoint is of account " + endpoint.account());
        }
        if (credentials instanceof Credentials.Token && !endpoint.https()) {
            throw new BlobException.NeedsHttps("tokens are sent over TLS only: use an https:// endpoint, or a key or SAS for " + endpoint);
        }
    }

    /**
     * An account from a connection string, as the portal shows it.
     *
     * @throws BlobException.InvalidArgument if something is missing or contradicts; the message names the field, never its value
     */
    public static BlobAccount ofConnectionString(String text) {
        return ConnectionString.parse(text);
    }
}
