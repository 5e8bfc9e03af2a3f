package io.dysk.controller.step;

import java.util.Locale;

/** Steps of ControllerModifyVolume. */
public enum ModifyVolumeStep implements ControllerStep {
    /** The tier is set. */
    TIER_SET,
    /** The tags are set. */
    TAGS_SET;

    @Override
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String call() {
        return "ControllerModifyVolume";
    }
}
