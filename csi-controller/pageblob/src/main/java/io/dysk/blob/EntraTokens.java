package io.dysk.blob;

import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import com.azure.identity.ManagedIdentityCredentialBuilder;
import com.azure.identity.WorkloadIdentityCredentialBuilder;
import io.dysk.blob.BlobException.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Tokens of Microsoft Entra ID. The identity library is loaded when the first token is asked for, so programs that use keys or SAS
 * never pay for it.
 */
public final class EntraTokens implements TokenSource {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final String name;
    private final Supplier<TokenCredential> factory;
    private TokenCredential credential; // guarded by this

    private EntraTokens(String name, Supplier<TokenCredential> factory) {
        this.name = name;
        this.factory = factory;
    }

    /**
     * The identity of a Kubernetes service account (workload identity).
     *
     * @param clientId of the identity; empty: {@code AZURE_CLIENT_ID}
     * @param tenantId of the directory; empty: {@code AZURE_TENANT_ID}
     * @param tokenFile the service account's token; empty: {@code AZURE_FEDERATED_TOKEN_FILE}
     */
    public static EntraTokens ofWorkload(Optional<String> clientId, Optional<String> tenantId, Optional<Path> tokenFile) {
        return new EntraTokens("workload identity", () -> {
            WorkloadIdentityCredentialBuilder builder = new WorkloadIdentityCredentialBuilder();
            clientId.ifPresent(builder::clientId);
            tenantId.ifPresent(builder::tenantId);
            tokenFile.map(Path::toString).ifPresent(builder::tokenFilePath);
            return builder.build();
        });
    }

    /**
     * The identity of the virtual machine.
     *
     * @param clientId which one, where it has several; empty: the machine's own
     */
    public static EntraTokens ofMachine(Optional<String> clientId) {
        return new EntraTokens("managed identity", () -> {
            ManagedIdentityCredentialBuilder builder = new ManagedIdentityCredentialBuilder();
            clientId.ifPresent(builder::clientId);
            return builder.build();
        });
    }

    @Override
    public AccessToken token(String scope) {
        try {
            var token = credential().getToken(new TokenRequestContext().addScopes(scope)).block(LIMIT);
            return new AccessToken(token.getToken(), token.getExpiresAt().toInstant());
        } catch (RuntimeException e) {
            // Messages of the library may repeat what the directory answered; its kind says enough.
            throw new BlobException.Denied("the " + name + " got no token (" + e.getClass().getSimpleName()
                    + "): check that it exists, that its federation names this service account, and that the directory can be reached",
                    Answer.NONE);
        }
    }

    private synchronized TokenCredential credential() {
        if (credential == null) {
            credential = factory.get();
        }
        return credential;
    }

    @Override
    public String toString() {
        return name;
    }
}
