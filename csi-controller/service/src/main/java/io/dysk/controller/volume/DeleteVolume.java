package io.dysk.controller.volume;

import io.dysk.blob.BlobException;
import io.dysk.blob.Deletion;
import io.dysk.blob.LeaseHolder;
import io.dysk.blob.PageBlobProperties;
import io.dysk.blob.PageBlobStore;
import io.dysk.controller.account.AccountUsage;
import io.dysk.controller.account.Accounts;
import io.dysk.controller.step.DeleteVolumeStep;
import io.dysk.controller.step.UnpublishVolumeStep;
import io.dysk.csi.DeleteVolumeRequest;
import io.dysk.csi.DeleteVolumeResponse;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.call.VolumeLocks;
import io.dysk.rpc.step.StepListener;
import io.dysk.rpc.step.Steps;
import java.util.Map;
import java.util.Optional;

/**
 * DeleteVolume. The service doesn't delete a blob that has snapshots; so a volume that has some is marked, and counts as deleted
 * everywhere, until the last snapshot goes. Only volumes that CreateVolume made are deleted: a blob that somebody brought is
 * theirs.
 */
public final class DeleteVolume {
    private final Accounts accounts;
    private final AccountUsage usage;
    private final VolumeLocks locks;
    private final LastHolders holders;
    private final StepListener listener;
    private final Completion completion;

    public DeleteVolume(Accounts accounts, AccountUsage usage, VolumeLocks locks, LastHolders holders, StepListener listener) {
        this.accounts = accounts;
        this.usage = usage;
        this.locks = locks;
        this.holders = holders;
        this.listener = listener;
        completion = new Completion(accounts);
    }

    public DeleteVolumeResponse answer(DeleteVolumeRequest request) {
        if (request.getVolumeId().isEmpty()) {
            throw RpcFailure.invalidArgument("the volume id is missing");
        }
        // What can't be the id of a volume is the id of none, and needs no deleting.
        Optional<VolumeId> id = VolumeId.parse(request.getVolumeId());
        if (id.isPresent()) {
            if (id.get().snapshot().isPresent()) {
                throw RpcFailure.failedPrecondition("it is a snapshot; delete it with DeleteSnapshot (as a VolumeSnapshot), and let the"
                        + " PersistentVolume that shows it have the reclaim policy Retain");
            }
            try (var _ = locks.take(id.get().leaseName())) {
                delete(id.get(), request.getSecretsMap(), Steps.begin(listener, request.getVolumeId()));
            }
        }
        return DeleteVolumeResponse.getDefaultInstance();
    }

    private void delete(VolumeId id, Map<String, String> secrets, Steps steps) {
        PageBlobStore store = accounts.of(id, secrets);
        PageBlobProperties blob;
        try {
            blob = store.properties(id.address());
        } catch (BlobException.NotFound e) {
            if (e.missing() == BlobException.NotFound.Missing.ACCOUNT) {
                throw e; // its name can't be resolved, which doesn't prove that it is gone
            }
            return;
        }
        VolumeNotes notes = VolumeNotes.of(blob);
        requireOurs(notes);
        if (blob.lease().locksWrites()) {
            if (holders.end(store, id, () -> inUse(store, store.properties(id.address())))) {
                steps.reached(UnpublishVolumeStep.RELEASED);
            }
            blob = store.properties(id.address());
            notes = VolumeNotes.of(blob);
        }
        if (blob.lease().locksWrites()) {
            throw inUse(store, blob);
        }
        if (new HalfMade(store).abortCopy(blob)) {
            steps.reached(DeleteVolumeStep.COPY_ABORTED);
            blob = store.properties(id.address());
        }
        if (notes.incomplete().isPresent() && completion.releaseHold(new Found(store, id, blob), secrets)) {
            steps.reached(DeleteVolumeStep.SOURCE_RELEASED);
        }
        remove(store, blob, steps);
        usage.changed(store);
    }

    private static void remove(PageBlobStore store, PageBlobProperties blob, Steps steps) {
        try {
            store.delete(blob.address(), Deletion.ofBlob().ifMatch(blob.etag()));
            steps.reached(DeleteVolumeStep.DELETED);
        } catch (BlobException.Conflict e) {
            if (VolumeNotes.of(blob).deleted()) {
                return; // for its snapshots, as before
            }
            // A lease that was taken meanwhile refuses this.
            store.setMetadata(blob.address(), VolumeNotes.of(blob).with(VolumeNotes.DELETED, "true"), Optional.empty());
            steps.reached(DeleteVolumeStep.MARKED);
            if (Tombstone.removeIfUnused(store, blob.address())) {
                steps.reached(DeleteVolumeStep.DELETED);
            }
        }
    }

    private static void requireOurs(VolumeNotes notes) {
        if (notes.name().isEmpty()) {
            throw RpcFailure.failedPrecondition("its blob was not made by CreateVolume, so it is not deleted with its PersistentVolume. Set the"
                    + " PersistentVolume's reclaim policy to Retain; if the data are not needed any more, delete the blob with 'dyskctl delete'");
        }
    }

    private static RpcFailure inUse(PageBlobStore store, PageBlobProperties blob) {
        VolumeNotes notes = VolumeNotes.of(blob);
        Optional<LeaseHolder> holder = store.leaseHolder(blob.address());
        String who = !notes.readers().isEmpty() ? "node " + String.join(", node ", notes.readers())
                : holder.map(known -> "node " + known.name()).orElse("somebody who left no name");
        return RpcFailure.failedPrecondition("it is in use by " + who + ": unpublish it there first (in Kubernetes, delete the pods that use it)");
    }
}
