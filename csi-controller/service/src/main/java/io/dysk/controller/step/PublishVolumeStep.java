package io.dysk.controller.step;

import java.util.Locale;

/** Steps of ControllerPublishVolume. */
public enum PublishVolumeStep implements ControllerStep {
    /** The node holds the lease. */
    LEASED,
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
