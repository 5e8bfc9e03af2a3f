package io.dysk.controller.publish;

import io.dysk.blob.BlobException;
import io.dysk.blob.LeaseId;
import io.dysk.blob.PageBlobProperties;
import io.dysk.blob.PageBlobStore;
import io.dysk.controller.volume.VolumeId;
import io.dysk.controller.volume.VolumeNotes;
import io.dysk.rpc.call.RpcFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/**
 * The list of nodes that read a volume, in the metadata of its blob. Every change starts from the list as it is at that moment, so of
 * two nodes that come at once both are listed; and it is made under the readers' lease, so no reader is listed without it.
 */
final class Readers {
    /** What fits in a blob's metadata, all notes together. */
    private static final int MOST_BYTES = 7 * 1024;

    private final PageBlobStore store;
    private final VolumeId volume;

    Readers(PageBlobStore store, VolumeId volume) {
        this.store = store;
        this.volume = volume;
    }

    /**
     * Lists a node.
     *
     * @return whether it was not listed before
     * @throws BlobException.LeaseLost if the readers' lease is not in force (any more)
     * @throws RpcFailure RESOURCE_EXHAUSTED if the list is full
     */
    boolean add(String node) {
        return change(node, readers -> false, Optional.of(lease()));
    }

    /**
     * Takes nodes off the list.
     *
     * @return whether there was one to be taken off
     */
    boolean remove(Predicate<String> nodes) {
        try {
            return change("", nodes, Optional.of(lease()));
        } catch (BlobException.LeaseLost e) {
            return change("", nodes, Optional.empty()); // somebody broke it
        }
    }

    /** Gives the lease back if nobody is listed; says whether it was in force and nobody was. */
    boolean releaseIfNone() {
        return store.releaseLease(volume.address(), lease(), blob -> VolumeNotes.of(blob).readers().isEmpty());
    }

    static boolean listed(PageBlobProperties blob, String node) {
        return VolumeNotes.of(blob).readers().contains(node);
    }

    private LeaseId lease() {
        return Placement.readers(volume).lease();
    }

    private boolean change(String added, Predicate<String> removed, Optional<LeaseId> lease) {
        AtomicBoolean changed = new AtomicBoolean();
        store.changeMetadata(volume.address(), metadata -> {
            VolumeNotes notes = new VolumeNotes(metadata);
            List<String> readers = new ArrayList<>(notes.readers());
            boolean differs = readers.removeIf(removed);
            if (!added.isEmpty() && !readers.contains(added)) {
                differs = true;
                readers.add(added);
            }
            changed.set(differs);
            return differs ? fitting(notes.with(VolumeNotes.READERS, String.join(" ", readers)), readers.size()) : metadata;
        }, lease);
        return changed.get();
    }

    private static Map<String, String> fitting(Map<String, String> metadata, int readers) {
        int bytes = metadata.entrySet().stream().mapToInt(note -> note.getKey().length() + note.getValue().length()).sum();
        if (bytes > MOST_BYTES) {
            throw RpcFailure.resourceExhausted("it is read by " + (readers - 1) + " nodes, and no further one can be listed in its blob's"
                    + " metadata. Make a snapshot of it and use that as a volume: snapshots have no such limit");
        }
        return metadata;
    }
}
