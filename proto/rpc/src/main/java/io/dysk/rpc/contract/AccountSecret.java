package io.dysk.rpc.contract;

import io.dysk.rpc.call.RpcFailure;
import java.util.Map;
import java.util.Optional;

/**
 * Credentials of a storage account as people write them down: in a Kubernetes secret, which CSI hands over with a call, or in a file of
 * the driver's own. Nothing of it but the account's name is ever shown.
 *
 * @param account name of the storage account ({@code accountname})
 * @param key one of its two keys, base64 ({@code accountkey})
 * @param sas a shared access signature ({@code sas})
 * @param endpoint URL of its blob endpoint, where that isn't the usual one ({@code endpoint})
 */
public record AccountSecret(String account, Optional<String> key, Optional<String> sas, Optional<String> endpoint) {
    private static final String ACCOUNT = "accountname";
    private static final String KEY = "accountkey";
    private static final String SAS = "sas";
    private static final String ENDPOINT = "endpoint";

    /**
     * Reads a secret's data.
     *
     * @return empty if there is nothing of ours in it
     * @throws RpcFailure UNAUTHENTICATED if it is not complete; the message names fields, never values
     */
    public static Optional<AccountSecret> parse(Map<String, String> data) {
        Optional<String> account = value(data, ACCOUNT);
        Optional<String> key = value(data, KEY);
        Optional<String> sas = value(data, SAS);
        if (account.isEmpty() && key.isEmpty() && sas.isEmpty()) {
            return Optional.empty();
        }
        if (account.isEmpty() || key.isPresent() == sas.isPresent()) {
            throw RpcFailure.unauthenticated("the secret must have '" + ACCOUNT + "' and either '" + KEY + "' or '" + SAS + "'; it has"
                    + (account.isPresent() ? "" : " no '" + ACCOUNT + "'")
                    + (key.isEmpty() && sas.isEmpty() ? " neither of the two" : "") + (key.isPresent() && sas.isPresent() ? " both" : ""));
        }
        return Optional.of(new AccountSecret(account.get(), key, sas, value(data, ENDPOINT)));
    }

    private static Optional<String> value(Map<String, String> data, String name) {
        return Optional.ofNullable(data.get(name)).map(String::strip).filter(text -> !text.isEmpty());
    }

    @Override
    public String toString() {
        return "credentials of account " + account;
    }
}
