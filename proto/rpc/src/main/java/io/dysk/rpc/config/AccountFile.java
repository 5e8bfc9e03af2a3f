package io.dysk.rpc.config;

import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.contract.AccountSecret;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A storage account that the program has of its own, from one file of {@code --accounts-dir}.
 *
 * @param account its name ({@code accountname})
 * @param secret its credentials; empty if the file says {@code identity}: then the program's own identity opens it
 * @param endpoint URL of its blob endpoint, where that isn't the usual one ({@code endpoint})
 * @param settings all other keys of the file
 */
public record AccountFile(String account, Optional<AccountSecret> secret, Optional<String> endpoint, Map<String, String> settings) {
    /** What the program's own identity is; the controller knows {@code workload}. */
    public static final String IDENTITY = "identity";

    /** Those of its fields that secrets of StorageClasses have too. */
    static final Set<String> CREDENTIALS = Set.of("accountname", "accountkey", "sas", "endpoint");

    public AccountFile {
        settings = Map.copyOf(settings);
    }

    /** @throws ConfigurationException if it isn't complete, naming fields only */
    static AccountFile parse(Map<String, String> properties) {
        Map<String, String> settings = new HashMap<>(properties);
        settings.keySet().removeAll(CREDENTIALS);
        String account = properties.getOrDefault("accountname", "").strip();
        Optional<String> endpoint = Optional.of(properties.getOrDefault("endpoint", "").strip()).filter(text -> !text.isEmpty());
        if (account.isEmpty()) {
            throw new ConfigurationException("'accountname' is missing");
        }
        boolean secret = properties.containsKey("accountkey") || properties.containsKey("sas");
        if (settings.containsKey(IDENTITY)) {
            if (secret) {
                throw new ConfigurationException("has 'identity' and also 'accountkey' or 'sas'; leave one of them out");
            }
            return new AccountFile(account, Optional.empty(), endpoint, settings);
        }
        try {
            return new AccountFile(account, AccountSecret.parse(properties), endpoint, settings);
        } catch (RpcFailure e) {
            throw new ConfigurationException("must have 'accountname' and either 'accountkey' or 'sas', not both; or 'identity' instead of them");
        }
    }

    @Override
    public String toString() {
        return "account " + account;
    }
}
