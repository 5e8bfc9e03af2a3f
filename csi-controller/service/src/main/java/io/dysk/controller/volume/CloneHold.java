package io.dysk.controller.volume;

import io.dysk.blob.BlobException;
import io.dysk.blob.PageBlobStore;
import io.dysk.blob.Snapshot;
import java.util.Optional;

/**
 * The snapshot through which a live volume is cloned: it stands still while the service copies it. It has the name of the new volume,
 * so that it is found again by whoever goes on with the clone, or deletes it.
 */
public final class CloneHold {
    /** No snapshot that was asked for has such a name: theirs are encoded. */
    private static final String PREFIX = "csi-clone:";

    private final PageBlobStore store;
    private final VolumeId source;
    private final String name;

    CloneHold(PageBlobStore store, VolumeId source, VolumeId target) {
        this.store = store;
        this.source = source;
        this.name = PREFIX + VolumeNotes.encoded(target.toString());
    }

    /** Whether a snapshot is such a one, and so nobody's but ours. */
    public static boolean is(String snapshotName) {
        return snapshotName.startsWith(PREFIX);
    }

    /** The source as it is now. One that an earlier try left behind is not used again: the source may have changed since. */
    Snapshot take() {
        release();
        return store.createSnapshot(source.address(), name);
    }

    /**
     * Lets go: the snapshot is deleted, and the source too if it was deleted meanwhile and kept for this only.
     *
     * @return whether there was one
     */
    boolean release() {
        boolean held = false;
        try {
            for (Snapshot snapshot : store.snapshots(source.address())) {
                if (snapshot.name().equals(name)) {
                    held |= store.deleteSnapshot(source.address(), snapshot.id());
                }
            }
        } catch (BlobException.NotFound e) {
            return false; // the source is gone, and all of its snapshots
        }
        if (held) {
            Tombstone.removeIfUnused(store, source.address());
        }
        return held;
    }

    /** The hold of a volume that was made from another, if it was. */
    static Optional<VolumeId> sourceOf(VolumeNotes notes) {
        return ContentSource.ofNotes(notes).filter(ContentSource::live).map(ContentSource::id);
    }
}
