package io.dysk.controller.step;

import java.util.Locale;

/** Steps of DeleteVolume. */
public enum DeleteVolumeStep implements ControllerStep {
    /** The copy that was to fill it is called off. */
    COPY_ABORTED,
    /** The snapshot it was to be cloned through is gone. */
    SOURCE_RELEASED,
    /** Marked as deleted, here for its snapshots only. */
    MARKED,
    /** The blob is gone. */
    DELETED;

    @Override
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String call() {
        return "DeleteVolume";
    }
}
