package io.dysk.node.lease;

import io.dysk.csi.NodeStageVolumeRequest;
import io.dysk.node.step.StageStep;
import io.dysk.node.step.UnstageStep;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.contract.PublishContext;
import io.dysk.rpc.step.Steps;

/**
 * Leases that this node takes when it stages a volume and gives back when it has unstaged it (CSIDriver attachRequired false). Which lease
 * it is follows from volume and node, so taking it again, after whatever was cut off, is taking the same one.
 *
 * <p>A call with a publish context means that an attacher is at work here too: it would give back a lease on its own time, under a device in
 * use. Such a call is refused.
 */
public final class ClaimedLeases implements Leases {
    private final LeaseService service;

    public ClaimedLeases(LeaseService service) {
        this.service = service;
    }

    @Override
    public Lease of(NodeStageVolumeRequest request) {
        if (!request.getPublishContextMap().isEmpty()) {
            throw RpcFailure.failedPrecondition("Kubernetes has attached it (there is a VolumeAttachment), and this node plugin takes leases itself"
                    + " (--claim-leases): one of the two is too many. The CSIDriver must say attachRequired: false, and no attacher may run; then delete the pod."
                    + " Or start the node plugin without --claim-leases");
        }
        return steps -> {
            PublishContext context = PublishContext.parse(service.claim(request.getVolumeId(), request.getVolumeCapability()));
            steps.reached(StageStep.CLAIMED);
            return context;
        };
    }

    @Override
    public boolean takenHere() {
        return true;
    }

    @Override
    public void giveBack(String volumeId, Steps steps) {
        service.release(volumeId);
        steps.reached(UnstageStep.RELEASED);
    }
}
