package io.dysk.controller.volume;

import io.dysk.blob.BlobAddress;
import io.dysk.blob.BlobException;
import io.dysk.blob.BlobName;
import io.dysk.blob.ContainerName;
import io.dysk.blob.Listing;
import io.dysk.blob.Page;
import io.dysk.blob.PageBlobProperties;
import io.dysk.blob.PageBlobStore;
import io.dysk.controller.account.Accounts;
import io.dysk.controller.account.OwnAccount;
import io.dysk.rpc.call.RpcFailure;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds volumes by their name, and where a new one of that name can be. */
final class VolumeLookup {
    private final Accounts accounts;
    private final ContainerName usualContainer;

    VolumeLookup(Accounts accounts, ContainerName usualContainer) {
        this.accounts = accounts;
        this.usualContainer = usualContainer;
    }

    /** Where a new blob can be made. */
    record Slot(OwnAccount account, BlobAddress address) {}

    /**
     * What there is.
     *
     * @param volumes of that name; more than one if two controllers made it in two accounts at once
     * @param slots one in each account
     */
    record Outcome(List<Found> volumes, List<Slot> slots) {}

    /**
     * Looks in all accounts.
     *
     * @throws RpcFailure UNAVAILABLE if one of several can't be asked: it might be there; ALREADY_EXISTS if a blob has that name which
     *     CreateVolume didn't make
     */
    Outcome find(VolumeName name, VolumeParameters parameters, List<OwnAccount> candidates) {
        List<Found> volumes = new ArrayList<>();
        List<Slot> slots = new ArrayList<>();
        for (OwnAccount account : candidates) {
            BlobAddress base = base(name, parameters, account.store());
            List<PageBlobProperties> blobs = candidates.size() == 1 ? blobs(account.store(), base) : blobsOfOneOfMany(account.store(), base);
            blobs.stream().filter(blob -> !VolumeNotes.of(blob).deleted()).forEach(blob ->
                    volumes.add(ours(new Found(account.store(), accounts.idOf(account.store().endpoint(), blob.address()), blob), name)));
            slots.add(new Slot(account, free(base, blobs)));
        }
        return new Outcome(volumes, slots);
    }

    private BlobAddress base(VolumeName name, VolumeParameters parameters, PageBlobStore store) {
        ContainerName container = parameters.container(usualContainer);
        VolumeId shortest = accounts.idOf(store.endpoint(), new BlobAddress(container, new BlobName("x")));
        int room = VolumeId.MAX_BYTES_OF_OURS - shortest.toString().getBytes(StandardCharsets.UTF_8).length + 1;
        return new BlobAddress(container, name.blob(parameters.prefix(), room));
    }

    private static List<PageBlobProperties> blobsOfOneOfMany(PageBlobStore store, BlobAddress base) {
        try {
            return blobs(store, base);
        } catch (BlobException.Unavailable | BlobException.Throttled | BlobException.Denied | BlobException.NotFound | BlobException.NeedsHttps
                | BlobException.ClockSkew e) {
            throw RpcFailure.unavailable("it may be in storage account " + store.endpoint().account() + ", which can't be asked now: "
                    + e.getMessage() + ". Mend that, or take the account out of --accounts-dir");
        }
    }

    /** The blob of that name and those with a number behind it. */
    private static List<PageBlobProperties> blobs(PageBlobStore store, BlobAddress base) {
        List<PageBlobProperties> blobs = new ArrayList<>();
        try {
            Listing listing = Listing.ofPrefix(base.blob().value() + VolumeName.MARK);
            while (true) {
                Page<PageBlobProperties> page = store.list(base.container(), listing);
                page.items().stream().filter(blob -> number(base, blob.address()) > 1).forEach(blobs::add);
                if (page.next().isEmpty()) {
                    break;
                }
                listing = listing.from(page.next().get());
            }
            blobs.add(store.properties(base));
        } catch (BlobException.NotFound e) {
            if (e.missing() == BlobException.NotFound.Missing.ACCOUNT) {
                throw e;
            }
        }
        return blobs;
    }

    private static int number(BlobAddress base, BlobAddress blob) {
        String rest = blob.blob().value().substring(Math.min(base.blob().value().length(), blob.blob().value().length()));
        return rest.isEmpty() ? 1 : rest.matches(VolumeName.MARK + "[1-9]\\d{0,2}") ? Integer.parseInt(rest.substring(1)) : 0;
    }

    private static BlobAddress free(BlobAddress base, List<PageBlobProperties> blobs) {
        Set<Integer> taken = new HashSet<>();
        blobs.forEach(blob -> taken.add(number(base, blob.address())));
        for (int number = 1; number <= VolumeName.MOST_NUMBERS; number++) {
            if (!taken.contains(number)) {
                return new BlobAddress(base.container(), VolumeName.numbered(base.blob(), number));
            }
        }
        throw RpcFailure.resourceExhausted(VolumeName.MOST_NUMBERS + " deleted volumes of that name are kept for their snapshots; delete some of"
                + " those, or use another name");
    }

    private static Found ours(Found found, VolumeName name) {
        if (found.notes().name().filter(name.value()::equals).isEmpty()) {
            throw RpcFailure.alreadyExists("blob " + found.blob().address() + " of account " + found.id().account() + " has its name and is not a"
                    + " volume that CreateVolume made" + found.notes().name().map(other -> " under that name, but '" + other + "'").orElse("")
                    + ": use it by a PersistentVolume, or choose another container or blobNamePrefix");
        }
        return found;
    }
}
