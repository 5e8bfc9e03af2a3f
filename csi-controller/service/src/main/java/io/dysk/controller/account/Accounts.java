package io.dysk.controller.account;

import io.dysk.blob.BlobAddress;
import io.dysk.blob.Endpoint;
import io.dysk.blob.PageBlobStore;
import io.dysk.controller.volume.VolumeId;
import io.dysk.rpc.call.RpcFailure;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Which storage accounts there are, and what opens them. Safe for use by many threads. */
public interface Accounts {
    /**
     * The store that a volume is in, opened by the call's secrets or, without any, by the driver's own credentials. Its calls end with
     * the deadline of the gRPC call that is under way.
     *
     * @param secrets of the call; may be empty
     * @throws RpcFailure UNAUTHENTICATED if there are no credentials for that account, or they can't be read; INVALID_ARGUMENT if the
     *     secret is of another account
     */
    PageBlobStore of(VolumeId volume, Map<String, String> secrets);

    /** The driver's own accounts, in the order of their names; empty if all credentials come with the calls. */
    List<OwnAccount> own();

    /**
     * The account of a call's secrets, of which nothing more is known.
     *
     * @param where its endpoint, if neither the secret nor the driver's configuration says it
     * @return empty if there are no secrets
     * @throws RpcFailure UNAUTHENTICATED if they can't be read
     */
    Optional<OwnAccount> ofSecrets(Map<String, String> secrets, EndpointChoice where);

    /** The id of a volume in an account: with its endpoint only if that couldn't be told from the account's name later on. */
    VolumeId idOf(Endpoint account, BlobAddress address);

    /** The same for many volumes of one account: the configuration is looked at once. */
    default Function<BlobAddress, VolumeId> idsIn(Endpoint account) {
        return address -> idOf(account, address);
    }
}
