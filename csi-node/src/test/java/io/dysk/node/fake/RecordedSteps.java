package io.dysk.node.fake;

import io.dysk.rpc.step.Step;
import io.dysk.rpc.step.StepListener;
import io.dysk.rpc.step.Steps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The steps of calls, in order. */
public final class RecordedSteps implements StepListener {
    /** The plugin died: no handler gets to do anything about it. */
    public static final class Died extends Error {
        private static final long serialVersionUID = 1L;
    }

    public final List<Step> reached = new ArrayList<>();
    /** The plugin dies when that step is done, once. */
    public Step deathAt;

    public Steps begin() {
        return Steps.begin(this, "volume");
    }

    @Override
    public void reached(Step step, String volume, Duration took) {
        reached.add(step);
        if (step == deathAt) {
            deathAt = null;
            throw new Died();
        }
    }
}
