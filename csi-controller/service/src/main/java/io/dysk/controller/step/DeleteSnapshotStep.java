package io.dysk.controller.step;

import java.util.Locale;

/** Steps of DeleteSnapshot. */
public enum DeleteSnapshotStep implements ControllerStep {
    /** The snapshot is gone. */
    DELETED,
    /** The deleted volume that was kept for it is gone too. */
    VOLUME_DELETED;

    @Override
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String call() {
        return "DeleteSnapshot";
    }
}
