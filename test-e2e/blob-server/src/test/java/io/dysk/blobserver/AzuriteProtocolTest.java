package io.dysk.blobserver;

import static java.util.Map.entry;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * The contract, on Azurite: what somebody else made of the same documentation. Its faults are known
 * and listed; requests that crash it or leave a blob unusable are not part of the contract.
 */
final class AzuriteProtocolTest extends PageBlobProtocolContract {
    private static final String RANGE = "416 Requested Range Not Satisfiable";

    private static final Map<String, String> QUIRKS = Map.ofEntries(
            entry("create/unaligned", "400 InvalidOperation"),
            entry("create/too-large", "201"),
            entry("create/no-length", "400"),
            entry("write/too-long", "201"),
            entry("write/offset", RANGE),
            entry("write/length", RANGE),
            entry("write/no-range", RANGE),
            entry("write/no-action", "400"),
            entry("write/behind-end", RANGE),
            entry("write/straddling-end", "201"),
            entry("clear/straddling-end", "201"),
            entry("write/snapshot", "201"),
            entry("write/broken-lease", "412 LeaseNotPresentWithBlobOperation"),
            entry("write/from-url", "501 APINotImplemented"),
            entry("read/at-end", "206"),
            entry("resize/unaligned", "400 InvalidOperation"),
            entry("sequence/increment-with-number", "400 InvalidOperation"),
            entry("sequence/update-without-number", "400 InvalidOperation"),
            entry("metadata/too-large", "200"),
            entry("tier/create", "400 AccessTierNotSupportedForBlobType"),
            entry("tier/set", "400 AccessTierNotSupportedForBlobType"),
            entry("copy/shares-pages", ""),
            entry("page-list/paging", ""),
            entry("page-list/difference", ""),
            entry("auth/none", "403 AuthorizationFailure"),
            entry("auth/wrong-key", "403 AuthorizationFailure"),
            entry("auth/tampered", "403 AuthorizationFailure"),
            entry("auth/skew", "200"),
            entry("sas/other-blob", "403 AuthorizationFailure"),
            entry("sas/tampered", "403 AuthorizationFailure"),
            entry("sas/expired", "403 AuthorizationFailure"),
            entry("sas/not-yet", "403 AuthorizationFailure"),
            entry("sas/address", "206"));

    private static Azurite azurite;

    @BeforeAll
    static void start() throws IOException {
        azurite = Azurite.start();
    }

    @AfterAll
    static void stop() {
        if (azurite != null) {
            azurite.close();
        }
    }

    @Override
    int port() {
        return azurite.port();
    }

    @Override
    Map<String, String> quirks() {
        return QUIRKS;
    }
}
