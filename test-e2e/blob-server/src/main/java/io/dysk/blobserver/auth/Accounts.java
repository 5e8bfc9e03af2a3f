package io.dysk.blobserver.auth;

import java.util.Map;
import java.util.Set;

/** The storage accounts that exist, with their keys. Immutable. */
public final class Accounts {
    /** The account of the storage emulator, and its key, which everybody knows. */
    public static final String EMULATOR = "devstoreaccount1";

    public static final String EMULATOR_KEY =
            "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private final Map<String, AccountKey> keys;

    private final Set<String> premium;

    /** @param premium which of them are premium ones */
    public Accounts(Map<String, AccountKey> keys, Set<String> premium) {
        this.keys = Map.copyOf(keys);
        this.premium = Set.copyOf(premium);
    }

    /** Whether its page blobs have tiers. */
    public boolean isPremium(String account) {
        return premium.contains(account);
    }

    public Set<String> names() {
        return keys.keySet();
    }

    AccountKey key(String account) {
        return keys.get(account);
    }
}
