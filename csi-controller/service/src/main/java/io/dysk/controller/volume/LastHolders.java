package io.dysk.controller.volume;

import io.dysk.blob.PageBlobStore;
import io.dysk.rpc.call.RpcFailure;
import java.util.function.Supplier;

/** Sees to it that no node has a volume any more that is to be deleted. */
@FunctionalInterface
public interface LastHolders {
    /** Kubernetes takes a volume away from every node before it is deleted. */
    LastHolders NONE = (_, _, _) -> false;

    /**
     * Ends the leases of nodes that are lost, and waits a while for others to give theirs back.
     *
     * @param refusal makes it: why it can't be deleted now
     * @return whether it took a lease away
     * @throws RpcFailure the refusal, if somebody has it that doesn't give it back; with the reason if it can't be told whether a node is lost
     */
    boolean end(PageBlobStore store, VolumeId volume, Supplier<RpcFailure> refusal);
}
