package io.dysk.controller.publish;

import io.dysk.blob.LeaseHolder;
import io.dysk.blob.PageBlobStore;
import io.dysk.controller.account.CallTime;
import io.dysk.controller.volume.LastHolders;
import io.dysk.controller.volume.VolumeId;
import io.dysk.rpc.call.RpcFailure;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * For volumes that nodes took themselves. Kubernetes deletes such a volume as soon as no pod has it, and the node may be about to unstage it
 * and to give it back. One that is lost gives nothing back, and nobody else does for it.
 */
public final class ClaimHolders implements LastHolders {
    private final Contention contention;

    public ClaimHolders(Contention contention) {
        this.contention = contention;
    }

    @Override
    public boolean end(PageBlobStore store, VolumeId volume, Supplier<RpcFailure> refusal) {
        Queue queue = new Queue(volume, Optional.empty(), contention);
        PageBlobStore inTime = store;
        do {
            Optional<LeaseHolder> holder = inTime.leaseHolder(volume.address());
            if (takeFromLost(inTime, volume, holder, queue)) {
                return true;
            }
            queue.waitOr(holder, refusal);
            inTime = inTime.within(CallTime.left());
        } while (inTime.properties(volume.address()).lease().locksWrites());
        return false;
    }

    private static boolean takeFromLost(PageBlobStore store, VolumeId volume, Optional<LeaseHolder> holder, Queue queue) {
        if (holder.filter(Placement.readers(volume)::equals).isPresent()) {
            Readers readers = new Readers(store, volume);
            readers.remove(queue::isLost);
            return readers.releaseIfNone();
        }
        // Its own lease, so that nothing happens if anybody else has it by now.
        return holder.flatMap(known -> Placement.writingNode(volume, known)).filter(queue::isLost)
                .map(node -> store.releaseLease(volume.address(), Placement.writer(volume, node).lease())).orElse(false);
    }
}
