package io.dysk.controller.publish;

import io.dysk.blob.LeaseHolder;
import io.dysk.blob.LeaseId;
import io.dysk.controller.volume.VolumeId;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.contract.NodeId;
import java.util.Optional;

/** What stands in a blob for the nodes that it is published to. */
public final class Placement {
    /** How all readers of a volume call themselves, who share one lease. */
    private static final String READERS = "readers";

    private Placement() {}

    /** The lease with which a node writes. */
    public static LeaseHolder writer(VolumeId volume, String node) {
        return new LeaseHolder(node, LeaseId.ofWriter(volume.leaseName(), node));
    }

    /** The lease that keeps writers out while there are readers. */
    public static LeaseHolder readers(VolumeId volume) {
        return new LeaseHolder(READERS, LeaseId.ofReaders(volume.leaseName()));
    }

    /** The node that a holder is, if it is one that this driver published the volume to for writing. */
    public static Optional<String> writingNode(VolumeId volume, LeaseHolder holder) {
        return isNode(holder.name()) && writer(volume, holder.name()).equals(holder) ? Optional.of(holder.name()) : Optional.empty();
    }

    /** Whether a node plugin of this driver can have that id. */
    public static boolean isNode(String id) {
        try {
            NodeId.parse(id);
            return true;
        } catch (RpcFailure e) {
            return false;
        }
    }
}
