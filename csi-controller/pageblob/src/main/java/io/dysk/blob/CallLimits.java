package io.dysk.blob;

import java.time.Duration;

/**
 * How long calls may take and how often they are tried.
 *
 * @param call for one call of the store, all tries and pauses included
 * @param tryOnce for one request
 * @param tries at most so many times, 1 or more
 * @param firstPause before the second try; doubled for each further one, up to 10 seconds, and varied by up to a half
 */
public record CallLimits(Duration call, Duration tryOnce, int tries, Duration firstPause) {
    private static final Duration LONGEST_CALL = Duration.ofMinutes(10);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    /** 30 seconds for a call, 10 for a try, five tries. */
    public static final CallLimits DEFAULT =
            new CallLimits(Duration.ofSeconds(30), Duration.ofSeconds(10), 5, Duration.ofMillis(200));

    /** @throws BlobException.InvalidArgument if one of them is zero or negative */
    public CallLimits {
        if (!positive(call) || !positive(tryOnce) || firstPause == null || firstPause.isNegative() || tries < 1) {
            throw new BlobException.InvalidArgument("time limits must be more than zero, and there must be at least one try");
        }
        call = call.compareTo(LONGEST_CALL) > 0 ? LONGEST_CALL : call;
    }

    private static boolean positive(Duration duration) {
        return duration != null && duration.isPositive();
    }

    /** The same with another limit for a call. */
    public CallLimits call(Duration limit) {
        return new CallLimits(limit, tryOnce, tries, firstPause);
    }

    /**
     * The pause before a try.
     *
     * @param next 2 for the second try
     * @param random from 0 up to 1
     */
    Duration pauseBefore(int next, double random) {
        double millis = Math.min(LONGEST_PAUSE.toMillis(), firstPause.toMillis() * Math.pow(2, next - 2));
        return Duration.ofMillis((long) (millis * (1 - random / 2)));
    }
}
