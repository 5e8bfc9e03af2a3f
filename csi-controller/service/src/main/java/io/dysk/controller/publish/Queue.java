package io.dysk.controller.publish;

import io.dysk.blob.LeaseHolder;
import io.dysk.controller.account.CallTime;
import io.dysk.controller.volume.VolumeId;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.contract.NodeId;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** One call that waits for a volume that a node has, and what it has found out about that node. For one thread. */
final class Queue {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final VolumeId volume;
    private final Optional<String> node;
    private final Contention contention;
    private final Map<String, Boolean> lost = new HashMap<>();
    private Optional<String> unknown = Optional.empty();
    private Duration waited = Duration.ZERO;
    private Duration pause = FIRST_PAUSE;

    /** @param node the one that wants it; empty if none does */
    Queue(VolumeId volume, Optional<String> node, Contention contention) {
        this.volume = volume;
        this.node = node;
        this.contention = contention;
    }

    /** Whether a node is lost, as far as that can be told; each is asked about once. */
    boolean isLost(String other) {
        return !node.equals(Optional.of(other)) && lost.computeIfAbsent(other, this::ask);
    }

    private boolean ask(String other) {
        try {
            return contention.lostNodes().isLost(NodeId.parse(other), node.map(NodeId::parse));
        } catch (IOException e) {
            unknown = Optional.of("whether node " + other + " is lost can't be told, so nothing is taken from it: " + e.getMessage());
            return false;
        }
    }

    /**
     * Waits a little, if that may help: for another node of ours, or for a holder that hasn't left its note yet, and while there is time.
     *
     * @param holder who has it; empty if there is no note
     * @param refusal makes it
     * @throws RpcFailure the refusal, with what couldn't be found out, if it may not
     */
    void waitOr(Optional<LeaseHolder> holder, Supplier<RpcFailure> refusal) {
        boolean mayEnd = holder.map(known -> known.equals(Placement.readers(volume)) || Placement.writingNode(volume, known).isPresent()).orElse(true);
        Duration after = waited.plus(pause);
        boolean inTime = after.compareTo(contention.patience()) <= 0 && CallTime.untilAnswer().map(left -> left.compareTo(pause) > 0).orElse(true);
        if (!mayEnd || !inTime || CallTime.cancelled()) {
            throw told(refusal.get());
        }
        RpcFailure present = refusal.get();
        if (present.code() == Status.Code.ALREADY_EXISTS) { // it is this node itself that has it, otherwise than it wants it now
            throw present;
        }
        rest();
        waited = after;
        Duration next = pause.multipliedBy(2);
        pause = next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next;
    }

    private void rest() {
        try {
            contention.pause().of(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw RpcFailure.unavailable("the controller ends; try again");
        }
    }

    private RpcFailure told(RpcFailure refusal) {
        return unknown.map(words -> RpcFailure.of(refusal.code(), refusal.getMessage() + "; " + words, null)).orElse(refusal);
    }
}
