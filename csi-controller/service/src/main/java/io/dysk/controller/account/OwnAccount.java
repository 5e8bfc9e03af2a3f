package io.dysk.controller.account;

import io.dysk.blob.AccountName;
import io.dysk.blob.PageBlobStore;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An account whose credentials the driver itself has.
 *
 * @param store opens it
 * @param sku kind of the account, such as Premium_LRS, if the configuration says it
 * @param capacityBytes how much may be provisioned in it; empty: no limit known
 * @param topology from where it can be reached: keys and values as nodes have them; empty: from everywhere
 */
public record OwnAccount(PageBlobStore store, Optional<String> sku, OptionalLong capacityBytes, Map<String, String> topology) {
    public OwnAccount {
        topology = Map.copyOf(topology);
    }

    /** An account of which no more is known than what opens it. */
    static OwnAccount unknown(PageBlobStore store) {
        return new OwnAccount(store, Optional.empty(), OptionalLong.empty(), Map.of());
    }

    public AccountName name() {
        return store.endpoint().account();
    }
}
