package io.dysk.controller.publish;

import io.dysk.blob.LeaseHolder;
import io.dysk.blob.PageBlobStore;
import io.dysk.controller.volume.LastHolders;
import io.dysk.controller.volume.VolumeId;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.contract.NodeId;
import java.io.IOException;
import java.util.Optional;

/** For volumes that nodes took themselves: one that is lost gives nothing back, and nobody else does for it. */
public final class LostHolders implements LastHolders {
    private final LostNodes nodes;

    public LostHolders(LostNodes nodes) {
        this.nodes = nodes;
    }

    @Override
    public boolean remove(PageBlobStore store, VolumeId volume) {
        Optional<LeaseHolder> holder = store.leaseHolder(volume.address());
        if (holder.filter(Placement.readers(volume)::equals).isPresent()) {
            Readers readers = new Readers(store, volume);
            readers.remove(this::isLost);
            return readers.releaseIfNone();
        }
        // Its own lease, so that nothing happens if anybody else has it by now.
        return holder.flatMap(known -> Placement.writingNode(volume, known)).filter(this::isLost)
                .map(node -> store.releaseLease(volume.address(), Placement.writer(volume, node).lease())).orElse(false);
    }

    private boolean isLost(String node) {
        try {
            return nodes.isLost(NodeId.parse(node), Optional.empty());
        } catch (IOException e) {
            throw RpcFailure.failedPrecondition("node " + node + " has it, and whether that node is lost can't be told: " + e.getMessage());
        }
    }
}
