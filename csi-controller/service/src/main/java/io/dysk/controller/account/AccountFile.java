package io.dysk.controller.account;

import io.dysk.blob.AccountName;
import io.dysk.rpc.contract.AccountSecret;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A file of {@code --accounts-dir}: one account of the driver's own.
 *
 * @param account its name
 * @param secret what opens it; empty: the program's workload identity does
 * @param clientId of that identity, if it isn't the usual one
 * @param endpoint URL of its blob endpoint, if it isn't the usual one
 * @param sku kind of the account
 * @param capacityBytes how much may be provisioned in it
 * @param topology from where it can be reached
 */
record AccountFile(AccountName account, Optional<AccountSecret> secret, Optional<String> clientId, Optional<String> endpoint,
        Optional<String> sku, OptionalLong capacityBytes, Map<String, String> topology) {
    private static final String TOPOLOGY = "topology.";
    private static final Set<String> NAMES = new TreeSet<>(Set.of("accountname", "accountkey", "sas", "endpoint", "identity", "clientId",
            "capacityGiB", "sku"));

    /**
     * Reads a file's fields.
     *
     * @throws IllegalArgumentException if they can't be; the message names fields, never values that may be secret
     */
    static AccountFile parse(Map<String, String> fields) {
        for (String name : new TreeSet<>(fields.keySet())) {
            if (!NAMES.contains(name) && !name.startsWith(TOPOLOGY)) {
                throw new IllegalArgumentException("there is no field '" + name + "'; there are " + String.join(", ", NAMES) + " and "
                        + TOPOLOGY + "KEY");
            }
        }
        Optional<String> identity = field(fields, "identity");
        if (identity.isPresent()) {
            if (!identity.get().equals("workload") || field(fields, "accountkey").isPresent() || field(fields, "sas").isPresent()) {
                throw new IllegalArgumentException("'identity' can be 'workload', and then there is neither 'accountkey' nor 'sas'");
            }
        }
        String account = field(fields, "accountname").orElseThrow(() -> new IllegalArgumentException("there is no 'accountname'"));
        Optional<AccountSecret> secret = identity.isPresent() ? Optional.empty() : AccountSecret.parse(fields);
        return new AccountFile(new AccountName(account), secret, field(fields, "clientId"), field(fields, "endpoint"), field(fields, "sku"),
                capacity(field(fields, "capacityGiB")), topology(fields));
    }

    private static OptionalLong capacity(Optional<String> gibibytes) {
        if (gibibytes.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            BigDecimal bytes = new BigDecimal(gibibytes.get()).multiply(BigDecimal.valueOf(1L << 30));
            if (bytes.signum() >= 0) {
                return OptionalLong.of(bytes.toBigInteger().longValueExact());
            }
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("'capacityGiB' is too large", e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'capacityGiB' is no number", e);
        }
        throw new IllegalArgumentException("'capacityGiB' is negative");
    }

    private static Map<String, String> topology(Map<String, String> fields) {
        Map<String, String> topology = new TreeMap<>();
        fields.forEach((name, value) -> {
            if (name.startsWith(TOPOLOGY)) {
                topology.put(name.substring(TOPOLOGY.length()), value.strip());
            }
        });
        return topology;
    }

    private static Optional<String> field(Map<String, String> fields, String name) {
        return Optional.ofNullable(fields.get(name)).map(String::strip).filter(text -> !text.isEmpty());
    }
}
