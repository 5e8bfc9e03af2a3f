package io.dysk.node.credential;

import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.contract.AccountSecret;
import java.util.Map;
import java.util.Optional;

/** Finds the credential for a volume: in the call's secrets, else where the plugin was told to look. */
public final class Credentials {
    private final CredentialSource source;

    public Credentials(CredentialSource source) {
        this.source = source;
    }

    /**
     * For an attach.
     *
     * @param secrets of the call; may be empty
     * @throws RpcFailure UNAUTHENTICATED if there is none, or one of another account
     */
    public Grant find(Wanted wanted, Map<String, String> secrets) {
        Optional<AccountSecret> secret = AccountSecret.parse(secrets);
        if (secret.isPresent() && !secret.get().account().equals(wanted.account())) {
            throw RpcFailure.unauthenticated("the node stage secret is for account " + secret.get().account() + ", and the volume is in account "
                    + wanted.account() + ": give the secret of that one");
        }
        return secret.map(found -> Grant.of(found, true)).or(() -> source.grant(wanted)).orElseThrow(() -> RpcFailure.unauthenticated(
                "there are no credentials for account " + wanted.account() + ": give the StorageClass a node stage secret"
                        + " (csi.storage.k8s.io/node-stage-secret-name), or start the node plugin with --accounts-dir or --access-endpoint"));
    }
}
