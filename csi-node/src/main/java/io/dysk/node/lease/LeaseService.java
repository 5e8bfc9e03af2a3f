package io.dysk.node.lease;

import io.dysk.csi.VolumeCapability;
import java.util.Map;

/** Gives leases to this node. Throws {@link io.dysk.rpc.call.RpcFailure}, with the code and the words of whoever refused. */
public interface LeaseService {
    /**
     * Leases a volume to this node; again: the same answer.
     *
     * @return the publish context
     */
    Map<String, String> claim(String volumeId, VolumeCapability capability);

    /** Takes the lease back; no failure if there is none. */
    void release(String volumeId);
}
