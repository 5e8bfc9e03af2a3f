package io.dysk.controller.volume;

import io.dysk.blob.PageBlobStore;

/** Takes a volume that is to be deleted away from nodes that can't give it back any more. */
@FunctionalInterface
public interface LastHolders {
    /** Kubernetes takes a volume away from every node before it is deleted. */
    LastHolders NONE = (_, _) -> false;

    /**
     * Ends the leases of nodes that are lost, and of no other.
     *
     * @return whether it was leased, and nobody has it any more
     * @throws io.dysk.rpc.call.RpcFailure FAILED_PRECONDITION if it can't be told whether a node is lost
     */
    boolean remove(PageBlobStore store, VolumeId volume);
}
