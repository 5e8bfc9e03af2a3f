package io.dysk.controller.step;

import java.util.Locale;

/** Steps of ControllerExpandVolume. */
public enum ExpandVolumeStep implements ControllerStep {
    /** The blob has its new size. */
    RESIZED;

    @Override
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String call() {
        return "ControllerExpandVolume";
    }
}
