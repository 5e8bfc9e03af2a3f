package io.dysk.controller.volume;

import io.dysk.blob.BlobAddress;
import io.dysk.blob.BlobException;
import io.dysk.blob.Deletion;
import io.dysk.blob.PageBlobProperties;
import io.dysk.blob.PageBlobStore;

/** What is left of a deleted volume that still has snapshots. */
public final class Tombstone {
    private Tombstone() {}

    /**
     * Deletes the blob if it is a deleted volume's and its last snapshot is gone. Idempotent.
     *
     * @return whether it was deleted
     */
    public static boolean removeIfUnused(PageBlobStore store, BlobAddress address) {
        try {
            PageBlobProperties blob = store.properties(address);
            return VolumeNotes.of(blob).deleted() && store.delete(address, Deletion.ofBlob().ifMatch(blob.etag()));
        } catch (BlobException.NotFound e) {
            return false;
        } catch (BlobException.Conflict e) {
            return false; // there are others
        } catch (BlobException.PreconditionFailed e) {
            return false; // somebody else is at it
        }
    }
}
