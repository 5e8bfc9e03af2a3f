package io.dysk.controller.publish;

import io.dysk.blob.BlobException;
import io.dysk.blob.LeaseHolder;
import io.dysk.blob.PageBlobProperties;
import io.dysk.blob.PageBlobStore;
import io.dysk.controller.account.Accounts;
import io.dysk.controller.step.UnpublishVolumeStep;
import io.dysk.controller.volume.VolumeId;
import io.dysk.controller.volume.VolumeNotes;
import io.dysk.csi.ControllerUnpublishVolumeRequest;
import io.dysk.csi.ControllerUnpublishVolumeResponse;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.call.VolumeLocks;
import io.dysk.rpc.contract.NodeId;
import io.dysk.rpc.step.StepListener;
import io.dysk.rpc.step.Steps;
import java.util.Map;
import java.util.Optional;

/**
 * ControllerUnpublishVolume: gives back a node's lease, or takes it off the list of readers. That is the fence too: whatever the node still
 * writes carries a lease id that is not in force any more, and the service refuses it. It never touches what another node holds.
 *
 * <p>If it fails, Kubernetes may place the volume on another node all the same; so that the node was given up is remembered. Safe for use by
 * many threads.
 */
public final class UnpublishVolume {
    private final Accounts accounts;
    private final VolumeLocks locks;
    private final GivenUpNodes givenUp;
    private final StepListener listener;

    public UnpublishVolume(Accounts accounts, VolumeLocks locks, GivenUpNodes givenUp, StepListener listener) {
        this.accounts = accounts;
        this.locks = locks;
        this.givenUp = givenUp;
        this.listener = listener;
    }

    public ControllerUnpublishVolumeResponse answer(ControllerUnpublishVolumeRequest request) {
        if (request.getVolumeId().isEmpty()) {
            throw RpcFailure.invalidArgument("the volume id is missing");
        }
        Optional<VolumeId> volume = published(request.getVolumeId());
        String node = request.getNodeId();
        // What can't be a node of ours, nothing was ever published to.
        if (volume.isPresent() && (node.isEmpty() || Placement.isNode(node))) {
            givenUp.remember(volume.get(), node);
            unpublish(volume.get(), node, request.getSecretsMap());
        }
        return ControllerUnpublishVolumeResponse.getDefaultInstance();
    }

    /**
     * Gives back what a node has, because the node itself says that it doesn't use it any more, with the driver's own credentials. If that
     * fails, the node is not given up: it says so again.
     *
     * @throws RpcFailure NOT_FOUND if the node is none of this driver
     */
    public void release(String volumeId, String nodeId) {
        String node = NodeId.parse(nodeId).toString();
        published(volumeId).ifPresent(volume -> unpublish(volume, node, Map.of()));
    }

    /** Empty for what can't be a volume of ours, which was never published, and for snapshots, which are published without a trace. */
    private static Optional<VolumeId> published(String volumeId) {
        return VolumeId.parse(volumeId).filter(id -> id.snapshot().isEmpty());
    }

    private void unpublish(VolumeId volume, String node, Map<String, String> secrets) {
        try (var _ = locks.take(PublishVolume.lockKey(volume, node))) {
            PageBlobStore store = accounts.of(volume, secrets);
            Removal removal = new Removal(store, volume, Steps.begin(listener, volume.toString()));
            if (node.isEmpty()) {
                removal.ofAll();
            } else {
                removal.of(node);
            }
        }
        givenUp.forget(volume, node);
    }

    /** What is published, taken away. */
    private record Removal(PageBlobStore store, VolumeId volume, Steps steps) {
        void of(String node) {
            if (!release(Placement.writer(volume, node))) {
                look().ifPresent(blob -> removeReaders(blob, node));
            }
        }

        void ofAll() {
            look().ifPresent(blob -> {
                store.leaseHolder(volume.address()).filter(holder -> Placement.writingNode(volume, holder).isPresent()).ifPresent(this::release);
                removeReaders(blob, GivenUpNodes.ALL);
            });
        }

        private boolean release(LeaseHolder holder) {
            boolean released = store.releaseLease(volume.address(), holder.lease());
            if (released) {
                steps.reached(UnpublishVolumeStep.RELEASED);
            }
            return released;
        }

        private void removeReaders(PageBlobProperties blob, String node) {
            Readers readers = new Readers(store, volume);
            boolean concerned = node.isEmpty() ? !VolumeNotes.of(blob).readers().isEmpty() : Readers.listed(blob, node);
            if (concerned && readers.remove(name -> node.isEmpty() || name.equals(node))) {
                steps.reached(UnpublishVolumeStep.NOTE_REMOVED);
            }
            if (blob.lease().locksWrites() && readers.releaseIfNone()) {
                steps.reached(UnpublishVolumeStep.RELEASED);
            }
        }

        /** Empty if there is no such blob. That an account's name isn't found may pass, and the lease would be left behind. */
        private Optional<PageBlobProperties> look() {
            try {
                return Optional.of(store.properties(volume.address()));
            } catch (BlobException.NotPageBlob e) {
                return Optional.empty();
            } catch (BlobException.NotFound e) {
                if (e.missing() == BlobException.NotFound.Missing.ACCOUNT) {
                    throw e;
                }
                return Optional.empty();
            }
        }
    }
}
