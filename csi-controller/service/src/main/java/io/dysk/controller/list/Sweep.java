package io.dysk.controller.list;

import io.dysk.blob.BlobAddress;
import io.dysk.blob.BlobException;
import io.dysk.blob.ContainerName;
import io.dysk.blob.Listing;
import io.dysk.blob.Page;
import io.dysk.blob.PageBlobProperties;
import io.dysk.blob.PageBlobStore;
import io.dysk.controller.account.Accounts;
import io.dysk.controller.account.EndpointChoice;
import io.dysk.controller.account.OwnAccount;
import io.dysk.controller.volume.VolumeId;
import io.dysk.rpc.call.RpcFailure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Goes through the page blobs, or their snapshots, of all accounts that are known: those of the call's secrets, else the driver's own. In
 * each, the containers that carry the driver's mark count. Safe for use by many threads.
 */
public final class Sweep {
    /** Without a limit of the caller's: about 2 MB of answer, half of what gRPC takes. */
    private static final int MOST_ENTRIES = 10_000;

    private final Accounts accounts;

    public Sweep(Accounts accounts) {
        this.accounts = accounts;
    }

    /**
     * A part of a list.
     *
     * @param nextToken where the next part begins; empty: that was all
     */
    public record Part<T>(List<T> entries, String nextToken) {}

    private record Entry<T>(VolumeId id, T message) {}

    /**
     * The next part.
     *
     * @param snapshots whether snapshots are listed, and not volumes
     * @param maxEntries at most so many; 0: as many as fit an answer
     * @param startingToken of the part before; empty: from the start
     * @param message the list's entry for a blob or snapshot; empty: it is left out
     * @throws RpcFailure INVALID_ARGUMENT if the number is negative, ABORTED if the token is bad
     */
    public <T> Part<T> part(boolean snapshots, int maxEntries, String startingToken, Map<String, String> secrets,
            BiFunction<VolumeId, PageBlobProperties, Optional<T>> message) {
        if (maxEntries < 0) {
            throw RpcFailure.invalidArgument("the number of entries is negative");
        }
        int most = most(maxEntries);
        Optional<VolumeId> after = after(startingToken);
        List<Entry<T>> entries = new ArrayList<>();
        for (PageBlobStore store : stores(secrets)) {
            String account = store.endpoint().account().value();
            if (after.isPresent() && account.compareTo(after.get().account().value()) < 0) {
                continue;
            }
            boolean same = after.isPresent() && account.equals(after.get().account().value());
            for (ContainerName container : store.volumeContainers()) {
                if (same && container.value().compareTo(after.get().address().container().value()) < 0) {
                    continue;
                }
                entries.addAll(entries(store, container, snapshots, after, message, most + 1 - entries.size()));
                if (entries.size() > most) {
                    return part(entries, most);
                }
            }
        }
        return part(entries, most);
    }

    /** The next part of a list that is all here. */
    public static <T> Part<T> page(List<T> all, Function<T, VolumeId> id, int maxEntries, String startingToken) {
        Optional<VolumeId> after = after(startingToken);
        return part(all.stream().map(message -> new Entry<>(id.apply(message), message))
                .filter(entry -> after.filter(last -> ListToken.ORDER.compare(entry.id(), last) <= 0).isEmpty())
                .sorted(Comparator.comparing(Entry::id, ListToken.ORDER)).toList(), most(maxEntries));
    }

    private static int most(int maxEntries) {
        return maxEntries == 0 ? MOST_ENTRIES : Math.min(maxEntries, MOST_ENTRIES);
    }

    private static Optional<VolumeId> after(String startingToken) {
        return startingToken.isEmpty() ? Optional.empty() : Optional.of(ListToken.parse(startingToken).last());
    }

    private static <T> Part<T> part(List<Entry<T>> entries, int most) {
        List<Entry<T>> some = entries.subList(0, Math.min(most, entries.size()));
        String next = entries.size() > most ? new ListToken(some.getLast().id()).toString() : "";
        return new Part<>(some.stream().map(Entry::message).toList(), next);
    }

    private List<PageBlobStore> stores(Map<String, String> secrets) {
        return accounts.ofSecrets(secrets, EndpointChoice.NONE).map(List::of).orElseGet(accounts::own).stream().map(OwnAccount::store)
                .sorted(Comparator.comparing(store -> store.endpoint().account().value())).toList();
    }

    // The order of a service's own lists isn't the same everywhere, so it is made here. Entries are made for as many as are needed.
    private <T> List<Entry<T>> entries(PageBlobStore store, ContainerName container, boolean snapshots, Optional<VolumeId> after,
            BiFunction<VolumeId, PageBlobProperties, Optional<T>> message, int needed) {
        Function<BlobAddress, VolumeId> ids = accounts.idsIn(store.endpoint());
        List<Entry<PageBlobProperties>> blobs = new ArrayList<>();
        for (PageBlobProperties blob : blobs(store, container, snapshots)) {
            VolumeId volume = ids.apply(blob.address());
            VolumeId id = blob.snapshot().map(volume::withSnapshot).orElse(volume);
            if (blob.snapshot().isPresent() == snapshots && possible(id) && after.filter(last -> ListToken.ORDER.compare(id, last) <= 0).isEmpty()) {
                blobs.add(new Entry<>(id, blob));
            }
        }
        blobs.sort(Comparator.comparing(Entry::id, ListToken.ORDER));
        return blobs.stream().flatMap(entry -> message.apply(entry.id(), entry.message()).map(made -> new Entry<>(entry.id(), made)).stream())
                .limit(needed).toList();
    }

    /** Whether that id would be understood: CSI allows no longer ones, and blobs that others made may have long names. */
    private static boolean possible(VolumeId id) {
        return VolumeId.parse(id.toString()).isPresent();
    }

    /** All of a container; none if it is gone. */
    public static List<PageBlobProperties> blobs(PageBlobStore store, ContainerName container, boolean snapshots) {
        List<PageBlobProperties> all = new ArrayList<>();
        try {
            Listing listing = new Listing("", snapshots, Listing.MAX_PAGE_SIZE, Optional.empty());
            while (true) {
                Page<PageBlobProperties> page = store.list(container, listing);
                all.addAll(page.items());
                if (page.next().isEmpty()) {
                    return all;
                }
                listing = listing.from(page.next().get());
            }
        } catch (BlobException.NotFound e) {
            if (e.missing() == BlobException.NotFound.Missing.ACCOUNT) {
                throw e;
            }
            return List.of();
        }
    }
}
