package io.dysk.blobserver.blob;

import io.dysk.blobserver.auth.Accounts;
import io.dysk.blobserver.http.HeaderName;
import io.dysk.blobserver.protocol.StorageError;
import io.dysk.blobserver.protocol.StorageException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tiers of page blobs in premium accounts, and the largest blob of each. A blob whose tier was never set has the lowest one
 * that its size fits in.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/storageservices/set-blob-tier">Set Blob Tier</a>
 */
final class Tiers {
    private static final long GIB = 1L << 30;
    private static final Map<String, Long> LARGEST = new LinkedHashMap<>();

    static {
        LARGEST.put("P4", 32 * GIB);
        LARGEST.put("P6", 64 * GIB);
        LARGEST.put("P10", 128 * GIB);
        LARGEST.put("P15", 256 * GIB);
        LARGEST.put("P20", 512 * GIB);
        LARGEST.put("P30", 1024 * GIB);
        LARGEST.put("P40", 2048 * GIB);
        LARGEST.put("P50", 4096 * GIB);
        LARGEST.put("P60", 8192 * GIB);
    }

    private final Accounts accounts;

    Tiers(Accounts accounts) {
        this.accounts = accounts;
    }

    /** The tier that the request names for a blob of this size, or the empty string. */
    String wanted(Call call, long size) {
        String tier = call.request.value(HeaderName.X_MS_ACCESS_TIER);
        if (tier == null) {
            return "";
        }
        if (!accounts.isPremium(call.target().account())) {
            throw new StorageException(StorageError.BLOB_TIER_NOT_SUPPORTED);
        }
        if (!LARGEST.containsKey(tier)) {
            throw new StorageException(StorageError.INVALID_BLOB_TIER);
        }
        if (size > LARGEST.get(tier)) {
            throw new StorageException(StorageError.BLOB_TIER_INADEQUATE);
        }
        return tier;
    }

    /** The tier that the request names for a blob that is there; refuses one lower than the blob's. */
    String changed(Call call, Version version) {
        String tier = wanted(call, version.size());
        List<String> order = new ArrayList<>(LARGEST.keySet());
        if (order.indexOf(tier) < order.indexOf(version.tier())) {
            throw new StorageException(StorageError.CANNOT_CHANGE_TO_LOWER_TIER);
        }
        return tier;
    }

    /** The tier of a blob as it is told, or the empty string. */
    String of(Version version) {
        if (version.type != BlobType.PAGE || !version.tier().isEmpty() || !accounts.isPremium(version.blob.container.account)) {
            return version.tier();
        }
        return LARGEST.entrySet().stream()
                .filter(entry -> version.size() <= entry.getValue())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("P60");
    }

    /** Adds what a HEAD or GET tells of it. */
    void tell(Call call, Version version) {
        String tier = of(version);
        if (!tier.isEmpty()) {
            call.answer.header("x-ms-access-tier", tier);
            if (version.tier().isEmpty()) {
                call.answer.header("x-ms-access-tier-inferred", "true");
            }
        }
    }
}
