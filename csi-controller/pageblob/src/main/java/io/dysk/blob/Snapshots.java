package io.dysk.blob;

import com.azure.core.util.Context;
import io.dysk.blob.Operation.Repeat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** Makes, finds and deletes the snapshots of a blob. */
final class Snapshots {
    private static final int ROUNDS = 3;

    private final AzureClients clients;
    private final ServiceCalls calls;
    private final BlobRequests requests;
    private final BlobLists lists;

    Snapshots(AzureClients clients, ServiceCalls calls, BlobRequests requests, BlobLists lists) {
        this.clients = clients;
        this.calls = calls;
        this.requests = requests;
        this.lists = lists;
    }

    /** @param callers the caller's own metadata of the snapshot; empty: what the blob has */
    Snapshot create(Deadline deadline, BlobAddress address, String name, Optional<Map<String, String>> callers) {
        Metadata.checked(Map.of("name", name));
        for (int round = 1; ; round++) {
            Optional<Snapshot> there = find(deadline, address, name);
            if (there.isPresent()) {
                return there.get();
            }
            try {
                SnapshotId made = request(deadline, address, name, callers);
                return settle(deadline, address, name, made);
            } catch (BlobException.Unavailable e) {
                if (e.outcomeKnown() || round >= ROUNDS || !deadline.left().isPositive()) {
                    throw e;
                }
            }
        }
    }

    private SnapshotId request(Deadline deadline, BlobAddress address, String name, Optional<Map<String, String>> callers) {
        // The metadata given replaces the blob's, and the snapshot should say what the blob said, but not who held it.
        Map<String, String> blobs = requests.read(deadline, address).metadata();
        Map<String, String> metadata = callers.map(own -> Metadata.replaced(blobs, own)).orElseGet(() -> new TreeMap<>(blobs));
        metadata.keySet().removeAll(List.of(Metadata.HOLDER_NAME, Metadata.HOLDER_LEASE, Metadata.CREATION));
        metadata.put(Metadata.SNAPSHOT_NAME, name);
        return calls.run(deadline, Operation.onBlob("make a snapshot of", address, Repeat.IF_NOT_APPLIED), time -> new SnapshotId(
                Objects.requireNonNull(clients.pageBlob(address).createSnapshotWithResponse(metadata, null, time, Context.NONE)
                        .getValue().getSnapshotId())));
    }

    /** The oldest of that name counts: an earlier request of ours, or another caller's, may have come first. */
    private Snapshot settle(Deadline deadline, BlobAddress address, String name, SnapshotId made) {
        Snapshot oldest = find(deadline, address, name).orElseThrow(() -> new BlobException.NotFound(
                "snapshot " + made + " of blob " + address + " was deleted as soon as it was made",
                BlobException.NotFound.Missing.BLOB_OR_SNAPSHOT, BlobException.Answer.NONE));
        if (!oldest.id().equals(made)) {
            delete(deadline, address, made);
        }
        return oldest;
    }

    private Optional<Snapshot> find(Deadline deadline, BlobAddress address, String name) {
        return list(deadline, address).stream().filter(snapshot -> snapshot.name().equals(name)).findFirst();
    }

    List<Snapshot> list(Deadline deadline, BlobAddress address) {
        List<Snapshot> found = new ArrayList<>();
        Listing part = new Listing(address.blob().value(), true, Listing.MAX_PAGE_SIZE, Optional.empty());
        while (true) {
            Page<PageBlobProperties> page = lists.blobs(deadline, address.container(), part);
            boolean beyond = false;
            for (PageBlobProperties entry : page.items()) {
                // Other names with this one as their prefix come after it.
                beyond |= !entry.address().equals(address);
                if (entry.address().equals(address) && entry.snapshot().isPresent()) {
                    found.add(new Snapshot(entry.snapshot().get(), entry.snapshotName().orElse(""), entry.dataBytes(),
                            entry.metadata()));
                }
            }
            if (beyond || page.next().isEmpty()) {
                found.sort(Comparator.comparing(Snapshot::id));
                return List.copyOf(found);
            }
            part = part.from(page.next().get());
        }
    }

    boolean delete(Deadline deadline, BlobAddress address, SnapshotId snapshot) {
        Operation operation = new Operation("delete snapshot " + snapshot + " of blob " + address, Operation.Target.BLOB, Repeat.ALWAYS);
        try {
            calls.run(deadline, operation, time ->
                    clients.pageBlob(address, snapshot).deleteWithResponse(null, null, time, Context.NONE).getStatusCode());
            return true;
        } catch (BlobException.NotFound e) {
            return false;
        }
    }
}
