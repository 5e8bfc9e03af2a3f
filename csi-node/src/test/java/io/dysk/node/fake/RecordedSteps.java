package io.dysk.node.fake;

import io.dysk.rpc.step.Step;
import io.dysk.rpc.step.StepListener;
import io.dysk.rpc.step.Steps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The steps of calls, in order. */
public final class RecordedSteps implements StepListener {
    public final List<Step> reached = new ArrayList<>();

    public Steps begin() {
        return Steps.begin(this, "volume");
    }

    @Override
    public void reached(Step step, String volume, Duration took) {
        reached.add(step);
    }
}
