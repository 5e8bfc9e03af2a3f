package io.dysk.controller.account;

import io.dysk.blob.AzurePageBlobStore;
import io.dysk.blob.BlobAccount;
import io.dysk.blob.Credentials;
import io.dysk.blob.Endpoint;
import io.dysk.blob.EntraTokens;
import io.dysk.blob.PageBlobStore;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Open stores, kept for the next call with the same credentials: their connections and signing keys are worth keeping. */
final class AccountStores {
    private static final int MOST = 256;

    /** Told apart by a digest, so that no secret is anything's key. */
    private record Opening(Endpoint endpoint, String digest) {}

    private final Map<Opening, PageBlobStore> stores = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Opening, PageBlobStore> eldest) {
            return size() > MOST;
        }
    };
    private final Map<Optional<String>, EntraTokens> identities = new LinkedHashMap<>();

    PageBlobStore open(Endpoint endpoint, Credentials credentials) {
        String text = switch (credentials) {
            case Credentials.SharedKey key -> "key " + key.base64();
            case Credentials.Sas sas -> "sas " + sas.query();
            case Credentials.Token token -> "token " + System.identityHashCode(token.source());
        };
        Opening opening = new Opening(endpoint, digest(text));
        synchronized (stores) {
            return stores.computeIfAbsent(opening, unused -> AzurePageBlobStore.open(new BlobAccount(endpoint, credentials)));
        }
    }

    /** The program's own workload identity. */
    Credentials.Token workloadIdentity(Optional<String> clientId) {
        synchronized (identities) {
            return new Credentials.Token(identities.computeIfAbsent(clientId, id -> EntraTokens.ofWorkload(id, Optional.empty(), Optional.empty())));
        }
    }

    private static String digest(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
