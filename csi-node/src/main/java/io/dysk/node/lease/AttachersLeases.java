package io.dysk.node.lease;

import io.dysk.csi.NodeStageVolumeRequest;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.contract.PublishContext;
import io.dysk.rpc.step.Steps;

/**
 * Leases that the controller took in ControllerPublishVolume, before the node was asked (CSIDriver attachRequired true). They outlive what is
 * staged: the same volume may be unstaged and staged again under one, so nothing is given back here.
 */
public final class AttachersLeases implements Leases {
    @Override
    public Lease of(NodeStageVolumeRequest request) {
        if (request.getPublishContextMap().isEmpty()) {
            throw RpcFailure.invalidArgument("the publish context is missing: pass on what ControllerPublishVolume answered. If Kubernetes doesn't attach"
                    + " volumes here (CSIDriver attachRequired false), start the node plugin with --claim-leases");
        }
        PublishContext context = PublishContext.parse(request.getPublishContextMap());
        return _ -> context;
    }

    @Override
    public boolean takenHere() {
        return false;
    }

    @Override
    public void giveBack(String volumeId, Steps steps) {
        // The attacher does.
    }
}
