package io.dysk.node.credential;

import java.util.Optional;

/** Gives credentials without being handed them. Blocks for as long as a file or another program takes. */
@FunctionalInterface
public interface CredentialSource {
    /** No source. */
    CredentialSource NONE = wanted -> Optional.empty();

    /**
     * Asks for one.
     *
     * @return empty if this source knows nothing of that account
     * @throws io.dysk.rpc.call.RpcFailure if it should know, and something is wrong
     */
    Optional<Grant> grant(Wanted wanted);

    /** This one, and where it knows nothing the other. */
    default CredentialSource or(CredentialSource other) {
        return wanted -> grant(wanted).or(() -> other.grant(wanted));
    }
}
