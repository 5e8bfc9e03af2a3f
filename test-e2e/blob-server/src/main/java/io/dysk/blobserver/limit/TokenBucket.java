package io.dysk.blobserver.limit;

/**
 * A token bucket, kept as the time at which it will be full again (the generic cell rate algorithm): no
 * timer fills it, and no rounding adds up. Not thread-safe.
 */
final class TokenBucket {
    private double nanosecondsPerToken;
    private double depthNanoseconds;
    private double full;

    /**
     * Changes the rate; the tokens that were taken too many stay so many.
     *
     * @param perSecond tokens; 0 for a bucket that is never empty
     * @param depthMilliseconds how much of the rate it holds when it is full
     */
    void set(double perSecond, int depthMilliseconds, long now) {
        double taken = nanosecondsPerToken == 0 ? 0 : Math.max(0, full - now) / nanosecondsPerToken;
        nanosecondsPerToken = perSecond == 0 ? 0 : 1e9 / perSecond;
        depthNanoseconds = depthMilliseconds * 1e6;
        full = now + taken * nanosecondsPerToken;
    }

    /** Whether anything is left. */
    boolean hasAny(long now) {
        return nanosecondsPerToken == 0 || full - now < depthNanoseconds;
    }

    /** Takes tokens, more than there are if need be. */
    void take(long now, double tokens) {
        full = Math.max(full, now) + tokens * nanosecondsPerToken;
    }

    /** Gives back what was taken. */
    void giveBack(double tokens) {
        full -= tokens * nanosecondsPerToken;
    }
}
