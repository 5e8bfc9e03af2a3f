package io.dysk.rpc.step;

import java.time.Duration;

/** The steps of one call, timed. Begin it with the call; for one thread. */
public final class Steps {
    private final StepListener listener;
    private final String volume;
    private long last = System.nanoTime();

    private Steps(StepListener listener, String volume) {
        this.listener = listener;
        this.volume = volume;
    }

    public static Steps begin(StepListener listener, String volume) {
        return new Steps(listener, volume);
    }

    /** The world has just changed as the step says. */
    public void reached(Step step) {
        long now = System.nanoTime();
        Duration took = Duration.ofNanos(now - last);
        last = now;
        listener.reached(step, volume, took);
    }
}
