package io.dysk.controller.volume;

import io.dysk.blob.BlobException;
import io.dysk.blob.ContainerName;
import io.dysk.blob.Listing;
import io.dysk.blob.Page;
import io.dysk.blob.PageBlobProperties;
import io.dysk.blob.PageBlobStore;
import io.dysk.controller.account.Accounts;
import io.dysk.controller.account.OwnAccount;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * All volumes in the driver's own accounts, in the order of {@link ListPosition}: what a container has, taken when the listing comes to it.
 * So between two parts of a list volumes may come and go, and none of the others is left out or told twice.
 */
public final class VolumeListing {
    private final Accounts accounts;

    public VolumeListing(Accounts accounts) {
        this.accounts = accounts;
    }

    /**
     * Hands out volumes, without those deleted or still being made, until there are no more or the receiver has enough.
     *
     * @param after where to go on
     * @param receiver says whether it wants more
     */
    public void each(ListPosition after, Predicate<Found> receiver) {
        for (OwnAccount account : accounts.own()) {
            if (account.name().value().compareTo(after.account()) < 0) {
                continue;
            }
            for (ContainerName container : account.store().volumeContainers()) {
                if (!after.mayBeBefore(account.name().value(), container.value())) {
                    continue;
                }
                for (Found found : volumes(account.store(), container)) {
                    if (ListPosition.of(found.id()).compareTo(after) > 0 && !receiver.test(found)) {
                        return;
                    }
                }
            }
        }
    }

    private List<Found> volumes(PageBlobStore store, ContainerName container) {
        List<Found> volumes = new ArrayList<>();
        Listing listing = Listing.ofPrefix("");
        try {
            while (true) {
                Page<PageBlobProperties> page = store.list(container, listing);
                page.items().stream().map(blob -> new Found(store, accounts.idOf(store.endpoint(), blob.address()), blob))
                        .filter(found -> !found.notes().deleted() && found.notes().incomplete().isEmpty())
                        .forEach(volumes::add);
                if (page.next().isEmpty()) {
                    break;
                }
                listing = listing.from(page.next().get());
            }
        } catch (BlobException.NotFound e) {
            return volumes; // deleted meanwhile
        }
        volumes.sort(Comparator.comparing(found -> ListPosition.of(found.id())));
        return volumes;
    }
}
