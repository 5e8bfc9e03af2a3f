package io.dysk.node.credential;

import io.dysk.kernel.Credential;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.contract.AccountSecret;
import java.time.Instant;
import java.util.Optional;

/**
 * A right to use a volume's blob. No text made from it shows its secret.
 *
 * @param credential for the module
 * @param expiresAt when it ends; empty if it doesn't or nobody says
 * @param given whether the caller gave it with the call; else it is from where the plugin can ask again
 * @param secret what it was made from; two of the same secret are equal here
 */
public record Grant(Credential credential, Optional<Instant> expiresAt, boolean given, Object secret) {
    /** @throws RpcFailure UNAUTHENTICATED if the secret isn't well-formed; the message doesn't repeat it */
    static Grant of(AccountSecret secret, boolean given) {
        try {
            Credential credential = secret.key().map(Credential::sharedKey).orElseGet(() -> Credential.sas(secret.sas().orElseThrow()));
            return new Grant(credential, Optional.empty(), given, secret);
        } catch (IllegalArgumentException e) {
            throw RpcFailure.unauthenticated(secret + ": " + e.getMessage());
        }
    }

    /** @throws RpcFailure UNAUTHENTICATED if it isn't a SAS */
    static Grant ofSas(String sas, Instant expiresAt) {
        try {
            return new Grant(Credential.sas(sas), Optional.of(expiresAt), false, sas);
        } catch (IllegalArgumentException e) {
            throw RpcFailure.unauthenticated("what the controller gave as access: " + e.getMessage());
        }
    }

    @Override
    public String toString() {
        return credential + expiresAt.map(end -> " until " + end).orElse("");
    }
}
