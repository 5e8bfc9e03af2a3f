package io.dysk.controller.step;

import java.util.Locale;

/** Steps of CreateSnapshot. */
public enum CreateSnapshotStep implements ControllerStep {
    /** The snapshot is cut. */
    CUT;

    @Override
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String call() {
        return "CreateSnapshot";
    }
}
