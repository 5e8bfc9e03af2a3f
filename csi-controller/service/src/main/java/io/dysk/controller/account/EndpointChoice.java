package io.dysk.controller.account;

import io.dysk.blob.AccountName;
import io.dysk.blob.Endpoint;
import java.util.Optional;

/**
 * What somebody said about where accounts are.
 *
 * @param url the whole endpoint
 * @param suffix what stands behind the account's name in its host, over https
 */
public record EndpointChoice(Optional<String> url, Optional<String> suffix) {
    /** Nothing was said. */
    public static final EndpointChoice NONE = new EndpointChoice(Optional.empty(), Optional.empty());

    /** The endpoint of an account by this; the URL counts more. */
    public Optional<Endpoint> of(AccountName account) {
        return url.map(text -> Endpoint.parse(text, Optional.of(account))).or(() -> suffix.map(text -> bySuffix(account, text)));
    }

    /** {@code account.suffix}; the suffix of connection strings, which has no {@code blob.}, is understood too. */
    static Endpoint bySuffix(AccountName account, String suffix) {
        return Endpoint.parse("https://" + account + "." + (suffix.startsWith("core.") ? "blob." : "") + suffix, Optional.of(account));
    }
}
