package io.dysk.node;

import io.dysk.csi.NodeGetCapabilitiesResponse;
import io.dysk.csi.NodeGetInfoResponse;
import io.dysk.csi.NodeServiceCapability;
import io.dysk.csi.Topology;
import io.dysk.rpc.contract.NodeId;
import java.util.List;
import java.util.Map;

/**
 * What the plugin says of itself: who the node is and what it can do.
 *
 * @param id the node's
 * @param maxVolumes it takes
 * @param topology where it is; may be empty
 */
public record NodeFacts(NodeId id, int maxVolumes, Map<String, String> topology) {
    private static final List<NodeServiceCapability.RPC.Type> CAPABILITIES = List.of(
            NodeServiceCapability.RPC.Type.STAGE_UNSTAGE_VOLUME,
            NodeServiceCapability.RPC.Type.GET_VOLUME_STATS,
            NodeServiceCapability.RPC.Type.EXPAND_VOLUME,
            NodeServiceCapability.RPC.Type.VOLUME_CONDITION,
            NodeServiceCapability.RPC.Type.SINGLE_NODE_MULTI_WRITER,
            NodeServiceCapability.RPC.Type.GET_VOLUME_HEALTH,
            NodeServiceCapability.RPC.Type.GET_STORAGE_HEALTH);

    public NodeFacts {
        topology = Map.copyOf(topology);
    }

    NodeGetInfoResponse info() {
        NodeGetInfoResponse.Builder info = NodeGetInfoResponse.newBuilder().setNodeId(id.toString()).setMaxVolumesPerNode(maxVolumes);
        if (!topology.isEmpty()) {
            info.setAccessibleTopology(Topology.newBuilder().putAllSegments(topology));
        }
        return info.build();
    }

    static NodeGetCapabilitiesResponse capabilities() {
        NodeGetCapabilitiesResponse.Builder capabilities = NodeGetCapabilitiesResponse.newBuilder();
        CAPABILITIES.forEach(type -> capabilities.addCapabilities(
                NodeServiceCapability.newBuilder().setRpc(NodeServiceCapability.RPC.newBuilder().setType(type))));
        return capabilities.build();
    }
}
