package io.dysk.controller.step;

import java.util.Locale;

/** Steps of CreateVolume. */
public enum CreateVolumeStep implements ControllerStep {
    /** The container is there. */
    CONTAINER_READY,
    /** The blob is there, empty. */
    BLOB_MADE,
    /** The snapshot that a volume is cloned through is there. */
    SOURCE_HELD,
    /** The service copies, or has copied. */
    COPY_STARTED,
    /** All of it is copied. */
    COPIED,
    /** It has the size asked for. */
    RESIZED,
    /** The snapshot it was cloned through is gone. */
    SOURCE_RELEASED;

    @Override
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String call() {
        return "CreateVolume";
    }
}
