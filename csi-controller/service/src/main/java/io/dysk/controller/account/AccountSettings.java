package io.dysk.controller.account;

import io.dysk.blob.AccountName;
import io.dysk.rpc.config.AccountFile;
import io.dysk.rpc.config.ConfigurationException;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a file of {@code --accounts-dir} says beside credentials.
 *
 * @param account its name
 * @param clientId of the program's workload identity, if it isn't the usual one
 * @param sku kind of the account
 * @param capacityBytes how much may be provisioned in it
 * @param topology from where it can be reached
 */
record AccountSettings(AccountName account, Optional<String> clientId, Optional<String> sku, OptionalLong capacityBytes, Map<String, String> topology) {
    private static final String TOPOLOGY = "topology.";
    private static final String CLIENT_ID = "clientId";
    private static final String CAPACITY = "capacityGiB";
    private static final String SKU = "sku";
    private static final Set<String> NAMES = new TreeSet<>(Set.of(AccountFile.IDENTITY, CLIENT_ID, CAPACITY, SKU));

    /** @throws ConfigurationException if a field is unknown or can't be, naming it */
    static AccountSettings of(AccountFile file) {
        for (String name : new TreeSet<>(file.settings().keySet())) {
            if (!NAMES.contains(name) && !name.startsWith(TOPOLOGY)) {
                throw wrong(file, "there is no field '" + name + "'; beside accountname, accountkey, sas and endpoint there are "
                        + String.join(", ", NAMES) + " and " + TOPOLOGY + "KEY");
            }
        }
        if (field(file, AccountFile.IDENTITY).filter(identity -> !identity.equals("workload")).isPresent()) {
            throw wrong(file, "'identity' can be 'workload' only");
        }
        return new AccountSettings(new AccountName(file.account()), field(file, CLIENT_ID), field(file, SKU), capacity(file), topology(file));
    }

    private static OptionalLong capacity(AccountFile file) {
        Optional<String> gibibytes = field(file, CAPACITY);
        if (gibibytes.isEmpty()) {
            return OptionalLong.empty();
        }
        if (!gibibytes.get().matches("\\d{1,9}(\\.\\d{1,9})?")) {
            throw wrong(file, "'" + CAPACITY + "' must be a number of GiB, such as 35000");
        }
        return OptionalLong.of(new BigDecimal(gibibytes.get()).multiply(BigDecimal.valueOf(1L << 30)).longValue());
    }

    private static Map<String, String> topology(AccountFile file) {
        Map<String, String> topology = new TreeMap<>();
        file.settings().forEach((name, value) -> {
            if (name.startsWith(TOPOLOGY)) {
                topology.put(name.substring(TOPOLOGY.length()), value.strip());
            }
        });
        return topology;
    }

    private static Optional<String> field(AccountFile file, String name) {
        return Optional.ofNullable(file.settings().get(name)).map(String::strip).filter(text -> !text.isEmpty());
    }

    private static ConfigurationException wrong(AccountFile file, String message) {
        return new ConfigurationException("account " + file.account() + " of --accounts-dir: " + message);
    }
}
