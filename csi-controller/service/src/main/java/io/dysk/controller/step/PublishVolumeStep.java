package io.dysk.controller.step;

import java.util.Locale;

/** Steps of ControllerPublishVolume, also when a node claims a volume itself. */
public enum PublishVolumeStep implements ControllerStep {
    /** The lease was taken away from a node that was given up or is lost, and is the new node's. */
    FENCED,
    /** Nodes that were given up or are lost are not written down as readers any more. */
    READERS_REMOVED,
    /** The lease of the readers, all of whom were given up, is free. */
    READERS_RELEASED,
    /** The node holds the lease, and is noted as its holder; or the readers are, who share one. */
    LEASED,
    /** A VHD whose creation or growth was cut short is whole. */
    COMPLETED,
    /** Written down as a reader. */
    NOTED;

    @Override
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String call() {
        return "ControllerPublishVolume";
    }
}
