package io.dysk.blobserver.limit;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits until a moment. A thread wakes up a little after the moment it asked for; how late is learned
 * from wakeup to wakeup (half of them come later than that) and asked for that much earlier, so that
 * waits are as long as they should be on a machine of any speed, without spinning. Thread-safe.
 */
public final class Alarm {
    private static final long FIRST_LATENESS = 60_000;
    private static final long MOST_LATENESS = 1_000_000;
    private static final long STEP = 2_000;

    private final AtomicLong lateness = new AtomicLong(FIRST_LATENESS);

    /** Returns at about that moment of {@link System#nanoTime}; at once if it has passed. */
    public void await(long moment) {
        long early = lateness.get();
        long wanted = moment - early;
        long left = wanted - System.nanoTime();
        if (left <= 0) {
            return;
        }
        do {
            LockSupport.parkNanos(this, left);
            left = wanted - System.nanoTime();
        } while (left > 0 && !Thread.currentThread().isInterrupted());
        long next = -left > early ? early + STEP : early - STEP;
        lateness.set(Math.clamp(next, 0, MOST_LATENESS));
    }
}
