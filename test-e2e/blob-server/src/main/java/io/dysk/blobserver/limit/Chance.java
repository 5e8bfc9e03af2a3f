package io.dysk.blobserver.limit;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Numbers by chance, the same ones for the same seed (the splitmix64 generator). Thread-safe; several
 * threads share one sequence.
 */
public final class Chance {
    private static final long STEP = 0x9E3779B97F4A7C15L;

    private final AtomicLong state;

    public Chance(long seed) {
        state = new AtomicLong(mix(seed));
    }

    /** 0 to {@code bound} - 1, all as likely. */
    public long below(long bound) {
        return Math.floorMod(next(), bound);
    }

    /** Whether something that happens in so many of a hundred cases happens now. */
    public boolean percent(double percent) {
        return (next() >>> 11) * 0x1.0p-53 * 100 < percent;
    }

    private long next() {
        return mix(state.addAndGet(STEP));
    }

    private static long mix(long value) {
        long z = value + STEP;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
