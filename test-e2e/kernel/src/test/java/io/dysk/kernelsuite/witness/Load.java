package io.dysk.kernelsuite.witness;

import java.time.Duration;

/**
 * How long a run goes on, and what it does between its changes. It ends at the first limit reached, or when stopped.
 *
 * @param time zero: no limit
 * @param changes of all workers, 0: no limit
 * @param reads percent of the operations that read
 * @param pauseMilliseconds of a worker after each operation
 * @param stopAtError whether it ends at the first error
 */
public record Load(Duration time, long changes, int reads, int pauseMilliseconds, boolean stopAtError) {
    /** Reads as much as it writes, as fast as it can, and goes on after errors. */
    public static Load of(Duration time) {
        return new Load(time, 0, 40, 0, false);
    }

    /** Until it is stopped. */
    public static Load untilStopped() {
        return of(Duration.ZERO);
    }

    public Load withChanges(long count) {
        return new Load(time, count, reads, pauseMilliseconds, stopAtError);
    }

    public Load withReads(int percent) {
        return new Load(time, changes, percent, pauseMilliseconds, stopAtError);
    }

    public Load withPause(int milliseconds) {
        return new Load(time, changes, reads, milliseconds, stopAtError);
    }

    public Load stoppingAtError() {
        return new Load(time, changes, reads, pauseMilliseconds, true);
    }

    String arguments() {
        return "seconds=" + time.toMillis() / 1e3 + " changes=" + changes + " reads=" + reads + " pause_ms=" + pauseMilliseconds
                + " on_error=" + (stopAtError ? "stop" : "go");
    }
}
