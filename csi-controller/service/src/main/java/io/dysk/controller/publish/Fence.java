package io.dysk.controller.publish;

import io.dysk.blob.BlobException;
import io.dysk.blob.LeaseHolder;
import io.dysk.blob.PageBlobStore;
import io.dysk.controller.step.PublishVolumeStep;
import io.dysk.controller.volume.VolumeId;
import io.dysk.rpc.step.Steps;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Takes a volume away from nodes that Kubernetes gave up or that are lost, and from no other: the lease is handed over from that node's own,
 * so if anybody else has it by now, nothing happens. From then on the service refuses whatever the old node still writes.
 */
final class Fence {
    private final PageBlobStore store;
    private final VolumeId volume;
    private final GivenUpNodes givenUp;
    private final Queue queue;
    private final Steps steps;

    Fence(PageBlobStore store, VolumeId volume, GivenUpNodes givenUp, Queue queue, Steps steps) {
        this.store = store;
        this.volume = volume;
        this.givenUp = givenUp;
        this.queue = queue;
        this.steps = steps;
    }

    /**
     * Makes way for a node, if those who are in its way were given up or are lost.
     *
     * @param node the one that the volume is to be published to
     * @param to who is to hold the lease
     * @param held the refusal that says who holds it
     * @return whether trying again makes sense
     */
    boolean handOver(String node, LeaseHolder to, BlobException.LeaseHeld held) {
        List<String> signs = givenUp.of(volume);
        boolean all = signs.contains(GivenUpNodes.ALL);
        if (held.holder().filter(Placement.readers(volume)::equals).isPresent()) {
            return removeReaders(node, signs, all);
        }
        Optional<String> writer = held.holder().flatMap(holder -> Placement.writingNode(volume, holder));
        Set<String> candidates = new LinkedHashSet<>(signs);
        candidates.remove(GivenUpNodes.ALL);
        writer.filter(name -> all || queue.isLost(name)).ifPresent(candidates::add);
        candidates.remove(node);
        if (writer.isPresent()) {
            candidates.retainAll(Set.of(writer.get()));
        } // else the note is missing, and it may be any of them
        return candidates.stream().anyMatch(name -> takeFrom(name, to));
    }

    private boolean takeFrom(String name, LeaseHolder to) {
        try {
            store.transferLease(volume.address(), Placement.writer(volume, name).lease(), to);
            steps.reached(PublishVolumeStep.FENCED);
        } catch (BlobException.LeaseLost e) {
            // It was given back meanwhile: just as well.
        } catch (BlobException.LeaseHeld e) {
            return false;
        }
        givenUp.forget(volume, name);
        return true;
    }

    /** Readers need no fence, for they write nothing: that they are given up is enough. */
    private boolean removeReaders(String node, List<String> signs, boolean all) {
        Readers readers = new Readers(store, volume);
        if (readers.remove(name -> !name.equals(node) && (all || signs.contains(name) || queue.isLost(name)))) {
            steps.reached(PublishVolumeStep.READERS_REMOVED);
        }
        if (readers.releaseIfNone()) {
            steps.reached(PublishVolumeStep.READERS_RELEASED);
            return true;
        }
        return false;
    }
}
