package io.dysk.blob;

import com.azure.core.util.Context;
import com.azure.storage.blob.models.AccessTier;
import com.azure.storage.blob.options.BlobSetAccessTierOptions;
import io.dysk.blob.Operation.Repeat;
import java.util.List;
import java.util.Optional;

/**
 * The tiers of page blobs in premium accounts.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/storageservices/set-blob-tier">Set Blob Tier</a>
 */
final class Tiers {
    private static final List<String> NAMES = List.of("P4", "P6", "P10", "P15", "P20", "P30", "P40", "P50", "P60");

    private final AzureClients clients;
    private final ServiceCalls calls;

    Tiers(AzureClients clients, ServiceCalls calls) {
        this.clients = clients;
        this.calls = calls;
    }

    void set(Deadline deadline, BlobAddress address, String tier) {
        if (tier == null || !NAMES.contains(tier)) {
            throw new BlobException.InvalidArgument("tier " + Text.quoted(tier) + " is not possible: expected one of "
                    + String.join(", ", NAMES));
        }
        var options = new BlobSetAccessTierOptions(AccessTier.fromString(tier));
        calls.run(deadline, Operation.onBlob("set the tier of", address, Repeat.ALWAYS), time ->
                clients.pageBlob(address).setAccessTierWithResponse(options, time, Context.NONE).getStatusCode());
    }

    /** The tier of a page blob; {@code Hot} and the like are of blobs in standard accounts and no tier of a disk. */
    static Optional<String> of(AccessTier tier) {
        return Optional.ofNullable(tier).map(AccessTier::toString).filter(NAMES::contains);
    }
}
