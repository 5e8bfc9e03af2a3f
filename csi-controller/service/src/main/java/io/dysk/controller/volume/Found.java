package io.dysk.controller.volume;

import io.dysk.blob.PageBlobProperties;
import io.dysk.blob.PageBlobStore;
import io.dysk.rpc.call.RpcFailure;

/**
 * A volume that is there.
 *
 * @param store that it is in
 * @param id its id
 * @param blob its blob
 */
public record Found(PageBlobStore store, VolumeId id, PageBlobProperties blob) {
    public VolumeNotes notes() {
        return VolumeNotes.of(blob);
    }

    /**
     * Looks a volume up.
     *
     * @throws RpcFailure NOT_FOUND if it isn't there, or deleted and kept for its snapshots only; UNAVAILABLE if it is still being made
     */
    public static Found require(PageBlobStore store, VolumeId id) {
        Found found = new Found(store, id, id.snapshot().map(snapshot -> store.properties(id.address(), snapshot))
                .orElseGet(() -> store.properties(id.address())));
        if (found.id().snapshot().isEmpty()) {
            if (found.notes().deleted()) {
                throw RpcFailure.notFound("it was deleted; only its snapshots are left");
            }
            if (found.notes().incomplete().isPresent()) {
                throw RpcFailure.unavailable("it is still being made; call CreateVolume again until that succeeds");
            }
        }
        return found;
    }
}
