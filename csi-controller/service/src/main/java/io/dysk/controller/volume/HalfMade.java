package io.dysk.controller.volume;

import io.dysk.blob.BlobException;
import io.dysk.blob.CopyState;
import io.dysk.blob.Deletion;
import io.dysk.blob.PageBlobProperties;
import io.dysk.blob.PageBlobStore;

/** Takes away a blob that did not become a volume. */
final class HalfMade {
    private final PageBlobStore store;

    HalfMade(PageBlobStore store) {
        this.store = store;
    }

    /**
     * Removes it, unless it changed meanwhile. Idempotent.
     *
     * @throws BlobException.PreconditionFailed if it changed
     */
    void remove(PageBlobProperties blob) {
        try {
            PageBlobProperties still = abortCopy(blob) ? store.properties(blob.address()) : blob;
            store.delete(blob.address(), Deletion.ofBlob().ifMatch(still.etag()));
        } catch (BlobException.NotFound e) {
            // That is what was wanted.
        }
    }

    /** Calls off the copy into it; says whether there was one under way. */
    boolean abortCopy(PageBlobProperties blob) {
        boolean pending = blob.copy().filter(copy -> copy.status() == CopyState.Status.PENDING).isPresent();
        if (pending) {
            store.abortCopy(blob.address(), blob.copy().get().id());
        }
        return pending;
    }
}
