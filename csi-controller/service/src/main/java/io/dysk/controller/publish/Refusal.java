package io.dysk.controller.publish;

import io.dysk.blob.BlobException;
import io.dysk.blob.LeaseHolder;
import io.dysk.blob.PageBlobProperties;
import io.dysk.blob.PageBlobStore;
import io.dysk.controller.volume.VolumeId;
import io.dysk.controller.volume.VolumeNotes;
import io.dysk.rpc.call.RpcFailure;
import java.util.Optional;

/** Says why a volume can't be published to a node, who is in the way, and what ends that. */
final class Refusal {
    private Refusal() {}

    /** Of a volume whose lease another holds. */
    static RpcFailure of(PageBlobStore store, VolumeId volume, String node, BlobException.LeaseHeld held) {
        Optional<LeaseHolder> holder = held.holder();
        if (holder.isEmpty()) {
            return RpcFailure.failedPrecondition("its blob is leased by a holder that left no note, so it can't be told who writes to it. The"
                    + " driver never takes a lease from an unknown holder: detach it there, or, if that holder is gone for good, break the lease"
                    + " by hand (az storage blob lease break)");
        }
        if (holder.get().equals(Placement.readers(volume))) {
            return ofReaders(volume, node, store.properties(volume.address()));
        }
        return Placement.writingNode(volume, holder.get()).map(other -> ofWriter(node, other)).orElseGet(() -> RpcFailure.failedPrecondition(
                "its blob is leased by '" + holder.get().name() + "', which is no node of this driver: detach it there (dyskctl detach), or,"
                        + " if that holder is gone for good, break the lease by hand (az storage blob lease break)"));
    }

    private static RpcFailure ofWriter(String node, String other) {
        return other.equals(node)
                ? RpcFailure.alreadyExists("it is published to node " + node + " for writing already; unpublish it there before it is published"
                        + " read-only")
                : RpcFailure.failedPrecondition("it is published to node " + other + ", and can be written by one node at a time. It ends when"
                        + " the pods that use it there are gone and it is unpublished; if that node is dead, delete its Node object or taint it"
                        + " node.kubernetes.io/out-of-service, and its writes are fenced off");
    }

    private static RpcFailure ofReaders(VolumeId volume, String node, PageBlobProperties blob) {
        VolumeNotes notes = VolumeNotes.of(blob);
        if (notes.readers().contains(node)) {
            return RpcFailure.alreadyExists("it is published to node " + node + " read-only already; unpublish it there before it is published"
                    + " for writing");
        }
        return RpcFailure.failedPrecondition("it is published read-only to " + (notes.readers().isEmpty()
                ? "a node that is not listed yet" : "node " + String.join(", ", notes.readers()))
                + ", and can't be written while it is read. It ends when the pods that use it there are gone and it is unpublished");
    }

    /**
     * Of a blob that is leased now, but not fit for use.
     *
     * @return empty if it is fit
     */
    static Optional<RpcFailure> of(PageBlobProperties blob) {
        if (VolumeNotes.of(blob).deleted()) {
            return Optional.of(RpcFailure.notFound("it was deleted; only its snapshots are left, and can be restored to new volumes"));
        }
        Optional<RpcFailure> copy = blob.copy().flatMap(last -> switch (last.status()) {
            case SUCCESS -> Optional.empty();
            case PENDING -> Optional.of(RpcFailure.unavailable("its data are still being copied (" + last.copiedBytes() + " of "
                    + last.totalBytes() + " bytes); try again later"));
            case FAILED, ABORTED -> Optional.of(RpcFailure.failedPrecondition("the copy that should have filled it did not succeed: delete it"
                    + " and create it again"));
        });
        if (copy.isPresent()) {
            return copy;
        }
        if (VolumeNotes.of(blob).incomplete().isPresent()) {
            return Optional.of(RpcFailure.unavailable("it is still being made: CreateVolume is to be called again until it succeeds"));
        }
        return blob.dataBytes() > 0
                ? Optional.empty()
                : Optional.of(RpcFailure.failedPrecondition("its blob has no bytes, so there is no disk in it: give it a size (az storage blob"
                        + " resize, or dyskctl resize)"));
    }
}
