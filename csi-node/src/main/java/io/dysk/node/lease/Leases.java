package io.dysk.node.lease;

import io.dysk.csi.NodeStageVolumeRequest;
import io.dysk.rpc.contract.PublishContext;
import io.dysk.rpc.step.Steps;

/** Who leases what this node stages. One of the two for all volumes of a plugin, as its options say. Safe for use by many threads. */
public sealed interface Leases permits AttachersLeases, ClaimedLeases {
    /**
     * The lease for a call; looks at the call, and does nothing yet.
     *
     * @throws io.dysk.rpc.call.RpcFailure INVALID_ARGUMENT or FAILED_PRECONDITION if the call isn't one for this way of leasing
     */
    Lease of(NodeStageVolumeRequest request);

    /** Whether leases are taken, and so have to be given back, by this node. */
    boolean takenHere();

    /**
     * Gives back what was taken here, if anything was: to be called when nothing is attached any more, and as often as one likes. Blocks for as
     * long as the controller takes.
     */
    void giveBack(String volumeId, Steps steps);

    /** The lease for one call. */
    @FunctionalInterface
    interface Lease {
        /**
         * Takes it, if that is done here, and says what is to be attached. Blocks for as long as the controller takes.
         *
         * @throws io.dysk.rpc.call.RpcFailure what the controller says, or UNAVAILABLE if it doesn't answer; the lease may be held then
         */
        PublishContext take(Steps steps);
    }
}
