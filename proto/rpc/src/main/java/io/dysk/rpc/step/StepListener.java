package io.dysk.rpc.step;

import java.time.Duration;

/** Is told of each {@link Step} at once, in the thread of the call, before it goes on. */
@FunctionalInterface
public interface StepListener {
    /** Nobody listens. */
    StepListener NONE = (step, volume, took) -> {};

    /**
     * A step is done.
     *
     * @param volume the volume's id or name
     * @param took since the step before it, or since the call began
     */
    void reached(Step step, String volume, Duration took);

    /** Both, this one first. */
    default StepListener and(StepListener other) {
        return (step, volume, took) -> {
            reached(step, volume, took);
            other.reached(step, volume, took);
        };
    }
}
