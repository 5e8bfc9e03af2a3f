package io.dysk.node.lease;

import io.dysk.access.ClaimVolumeRequest;
import io.dysk.access.ReleaseVolumeRequest;
import io.dysk.csi.VolumeCapability;
import io.dysk.node.controller.ControllerConnection;
import io.dysk.node.controller.Refused;
import io.dysk.rpc.contract.NodeId;
import java.time.Duration;
import java.util.Map;

/** Leases from the controller. */
public final class ControllerLeases implements LeaseService {
    /** The controller waits 10 seconds of it for another node. */
    private static final Duration CLAIM = Duration.ofSeconds(30);
    private static final Duration RELEASE = Duration.ofSeconds(20);

    private final ControllerConnection controller;
    private final NodeId node;

    public ControllerLeases(ControllerConnection controller, NodeId node) {
        this.controller = controller;
        this.node = node;
    }

    @Override
    public Map<String, String> claim(String volumeId, VolumeCapability capability) {
        ClaimVolumeRequest request = ClaimVolumeRequest.newBuilder().setVolumeId(volumeId).setNodeId(node.toString()).setVolumeCapability(capability)
                .build();
        try {
            return controller.ask(CLAIM, calls -> calls.claimVolume(request)).getPublishContextMap();
        } catch (Refused e) {
            throw e.as("");
        }
    }

    @Override
    public void release(String volumeId) {
        ReleaseVolumeRequest request = ReleaseVolumeRequest.newBuilder().setVolumeId(volumeId).setNodeId(node.toString()).build();
        try {
            controller.ask(RELEASE, calls -> calls.releaseVolume(request));
        } catch (Refused e) {
            throw e.as("its lease was not given back: ");
        }
    }
}
