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
    /** What is left of a copy that failed is gone. */
    FAILED_COPY_REMOVED,
    /** All of it is copied. */
    COPIED,
    /** It has the size asked for. */
    RESIZED,
    /** The tier is set. */
    TIER_SET,
    /** The tags are set. */
    TAGS_SET,
    /** The snapshot it was cloned through is gone. */
    SOURCE_RELEASED,
    /** Nothing says any more that it is still being made. */
    COMPLETED;

    @Override
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String call() {
        return "CreateVolume";
    }
}
