package io.dysk.node.credential;

import io.dysk.kernel.Credential;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.contract.AccountSecret;
import java.time.Instant;
import java.util.Optional;

/**
 * A right to use a volume's blob.
 *
 * @param credential its secret, which no text shows
 * @param expiresAt when it ends; empty if it doesn't or nobody says
 */
public record Grant(Credential credential, Optional<Instant> expiresAt) {
    /** @throws RpcFailure UNAUTHENTICATED if the secret isn't well-formed; the message doesn't repeat it */
    static Grant of(AccountSecret secret) {
        try {
            return new Grant(secret.key().map(Credential::sharedKey).orElseGet(() -> Credential.sas(secret.sas().orElseThrow())), Optional.empty());
        } catch (IllegalArgumentException e) {
            throw RpcFailure.unauthenticated(secret + ": " + e.getMessage());
        }
    }
}
