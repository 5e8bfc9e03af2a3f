package io.dysk.blob;

import java.time.Duration;

/** The moment when a call of the store must be over, on a clock that never jumps. */
final class Deadline {
    private final long endNanos;

    private Deadline(long endNanos) {
        this.endNanos = endNanos;
    }

    static Deadline in(Duration limit) {
        return new Deadline(System.nanoTime() + limit.toNanos());
    }

    /** What is left; zero or negative when it is over. */
    Duration left() {
        return Duration.ofNanos(endNanos - System.nanoTime());
    }
}
