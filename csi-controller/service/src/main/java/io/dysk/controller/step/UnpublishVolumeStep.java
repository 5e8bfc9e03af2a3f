package io.dysk.controller.step;

import java.util.Locale;

/** Steps of ControllerUnpublishVolume, also when a node gives a volume back itself, or is lost and DeleteVolume does. */
public enum UnpublishVolumeStep implements ControllerStep {
    /** Not written down as a reader any more. */
    NOTE_REMOVED,
    /** The lease is free. */
    RELEASED;

    @Override
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String call() {
        return "ControllerUnpublishVolume";
    }
}
