package io.dysk.rpc.metrics;

import io.dysk.rpc.step.Step;
import io.dysk.rpc.step.StepListener;
import java.time.Duration;

/** How long the steps of calls take. */
public final class StepMetrics implements StepListener {
    private final Histogram durations;

    public StepMetrics(MetricRegistry registry) {
        durations = registry.add(new Histogram("dysk_csi_step_duration_seconds", "Time from the step before to this one.", "call", "step"));
    }

    @Override
    public void reached(Step step, String volume, Duration took) {
        durations.observe(took, step.call(), step.label());
    }
}
