package io.dysk.controller.publish;

import java.time.Duration;

/**
 * What is done about another node that has the volume.
 *
 * @param lostNodes from which it may be taken
 * @param patience how long it waits for the other to give it back, in all
 * @param pause waits
 */
public record Contention(LostNodes lostNodes, Duration patience, Pause pause) {
    /** For ControllerPublishVolume: Kubernetes takes a volume away before it places it anew, and tries again by itself. */
    static final Contention REFUSED = new Contention(LostNodes.NONE, Duration.ZERO, Thread::sleep);

    /**
     * For claims by nodes: nobody orders them, and in a planned move the new node's may come a moment before the old one has given the
     * volume back, as a deletion may. Both would be tried again much later.
     */
    public static Contention ofClaims(LostNodes lostNodes) {
        return new Contention(lostNodes, Duration.ofSeconds(10), Thread::sleep);
    }

    /** Lets time pass. */
    @FunctionalInterface
    public interface Pause {
        /** Blocks for that long. */
        void of(Duration time) throws InterruptedException;
    }
}
