package io.dysk.kernelsuite;

import java.time.Duration;
import java.util.SplittableRandom;

/**
 * How much a randomised test does. Without more being said it is short and the same each time, as fits the tests of every change; the commands
 * {@code test-e2e/faults} and {@code test-e2e/crash} ask for more, and for what nobody has tried yet.
 *
 * @param seed what is random follows from it; printed with the figures, so that a run can be repeated
 * @param thorough whether more was asked for
 * @param time how long to go on; of a thorough run as asked for, of a short one what the test allows itself
 */
public record Effort(long seed, boolean thorough, Duration time) {
    private static final String SEED = "dysk.seed";
    private static final String MINUTES = "dysk.minutes";

    /**
     * What was asked for: the properties {@code dysk.seed} and {@code dysk.minutes}.
     *
     * @param shortly how long a short run goes on
     */
    public static Effort asked(Duration shortly) {
        String minutes = System.getProperty(MINUTES);
        return new Effort(Long.getLong(SEED, 1), minutes != null,
                minutes == null ? shortly : Duration.ofSeconds(Math.round(60 * Double.parseDouble(minutes))));
    }

    /** Random numbers of one part of a test; parts don't change each other's. */
    public SplittableRandom random(String part) {
        return new SplittableRandom(seed * 0x9E3779B97F4A7C15L + part.hashCode());
    }

    /** One number or another. */
    public int of(int shortly, int thoroughly) {
        return thorough ? thoroughly : shortly;
    }
}
