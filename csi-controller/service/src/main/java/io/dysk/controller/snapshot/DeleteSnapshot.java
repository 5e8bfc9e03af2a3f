package io.dysk.controller.snapshot;

import io.dysk.blob.BlobException;
import io.dysk.blob.CopyState;
import io.dysk.blob.PageBlobStore;
import io.dysk.controller.account.Accounts;
import io.dysk.controller.list.Sweep;
import io.dysk.controller.step.DeleteSnapshotStep;
import io.dysk.controller.volume.Tombstone;
import io.dysk.controller.volume.VolumeId;
import io.dysk.controller.volume.VolumeNotes;
import io.dysk.csi.DeleteSnapshotRequest;
import io.dysk.csi.DeleteSnapshotResponse;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.call.VolumeLocks;
import io.dysk.rpc.step.StepListener;
import io.dysk.rpc.step.Steps;
import java.util.Optional;

/**
 * DeleteSnapshot; with the last snapshot of a deleted volume goes what was kept of that volume. Each of the two is tried in every call, so
 * a call after a crash between them ends it. One that a volume is being made from stays. Safe for use by many threads.
 */
public final class DeleteSnapshot {
    private final Accounts accounts;
    private final VolumeLocks locks;
    private final StepListener listener;

    public DeleteSnapshot(Accounts accounts, VolumeLocks locks, StepListener listener) {
        this.accounts = accounts;
        this.locks = locks;
        this.listener = listener;
    }

    public DeleteSnapshotResponse answer(DeleteSnapshotRequest request) {
        if (request.getSnapshotId().isEmpty()) {
            throw RpcFailure.invalidArgument("the snapshot id is missing");
        }
        Optional<VolumeId> snapshot = VolumeId.parse(request.getSnapshotId()).filter(id -> id.snapshot().isPresent());
        if (snapshot.isPresent()) { // else it never was one
            PageBlobStore store = accounts.of(snapshot.get(), request.getSecretsMap());
            try (var _ = locks.take("snapshot " + snapshot.get())) {
                delete(store, snapshot.get(), Steps.begin(listener, request.getSnapshotId()));
            }
        }
        return DeleteSnapshotResponse.getDefaultInstance();
    }

    private static void delete(PageBlobStore store, VolumeId snapshot, Steps steps) {
        requireNotCopied(store, snapshot);
        try {
            if (store.deleteSnapshot(snapshot.address(), snapshot.snapshot().orElseThrow())) {
                steps.reached(DeleteSnapshotStep.DELETED);
            }
        } catch (BlobException.NotFound e) {
            if (e.missing() == BlobException.NotFound.Missing.ACCOUNT) {
                throw e; // may pass
            }
            return;
        }
        if (Tombstone.removeIfUnused(store, snapshot.address())) {
            steps.reached(DeleteSnapshotStep.VOLUME_DELETED);
        }
    }

    /** The service would delete it all the same, and the copy would fail. Copies to other containers aren't seen here; they fail so. */
    private static void requireNotCopied(PageBlobStore store, VolumeId snapshot) {
        Sweep.blobs(store, snapshot.address().container(), false).stream()
                .filter(blob -> blob.copy().filter(copy -> copy.status() == CopyState.Status.PENDING).isPresent())
                .filter(blob -> VolumeNotes.of(blob).madeFrom(snapshot))
                .findFirst().ifPresent(blob -> {
                    throw RpcFailure.failedPrecondition("volume " + snapshot.account() + "/" + blob.address() + " is being made from it: wait until"
                            + " that is done, or delete that volume");
                });
    }
}
