package io.dysk.blobserver.limit;

/**
 * What one blob, or one account, is allowed, and how quickly it answers. Start from {@link #NONE} or a
 * tier and change what matters.
 *
 * <p>Requests and bytes are two token buckets, each as deep as {@code burstMilliseconds} of its rate. A
 * request is let through while both have something left and may take one of them below nothing, so over
 * any time T there are at most (T + burst) times the rate, and one request more.
 *
 * @param requestsPerSecond Get Blob and Put Page (update, clear, from URL) together; 0 for no limit
 * @param bytesPerSecond that those read and write; 0 for no limit
 * @param burstMilliseconds how deep the buckets are, at least 1
 * @param latencyMicroseconds from the last byte of a request to the first of its answer, at least; for
 *     all requests that are let through
 * @param spreadMicroseconds how far that may be off, either way, all values as likely
 * @param retryAfterSeconds Retry-After of refusals, or -1 for none
 */
public record Limit(
        double requestsPerSecond,
        double bytesPerSecond,
        int burstMilliseconds,
        int latencyMicroseconds,
        int spreadMicroseconds,
        int retryAfterSeconds) {
    /** Everything is allowed, at once. */
    public static final Limit NONE = new Limit(0, 0, 100, 0, 0, -1);

    /**
     * A premium page blob of tier P20: 2,300 requests a second and 150 MB (of 1,000,000 bytes) a second,
     * with 2 ms of latency.
     */
    public static final Limit P20 = NONE.withRequests(2300).withBytes(150_000_000).withLatency(2000, 0);

    public Limit {
        boolean rates = requestsPerSecond >= 0 && requestsPerSecond < 1e12 && bytesPerSecond >= 0 && bytesPerSecond < 1e15;
        if (!rates || latencyMicroseconds < 0 || spreadMicroseconds < 0) {
            throw new IllegalArgumentException("rates and times must be numbers, and not negative");
        }
        if (burstMilliseconds < 1) {
            throw new IllegalArgumentException("the burst must be at least 1 ms, or nothing gets through");
        }
        if (spreadMicroseconds > latencyMicroseconds) {
            throw new IllegalArgumentException("the spread must not be more than the latency");
        }
    }

    public Limit withRequests(double perSecond) {
        return new Limit(perSecond, bytesPerSecond, burstMilliseconds, latencyMicroseconds, spreadMicroseconds, retryAfterSeconds);
    }

    public Limit withBytes(double perSecond) {
        return new Limit(requestsPerSecond, perSecond, burstMilliseconds, latencyMicroseconds, spreadMicroseconds, retryAfterSeconds);
    }

    public Limit withBurst(int milliseconds) {
        return new Limit(requestsPerSecond, bytesPerSecond, milliseconds, latencyMicroseconds, spreadMicroseconds, retryAfterSeconds);
    }

    public Limit withLatency(int microseconds, int spread) {
        return new Limit(requestsPerSecond, bytesPerSecond, burstMilliseconds, microseconds, spread, retryAfterSeconds);
    }

    /** -1 for none. */
    public Limit withRetryAfter(int seconds) {
        return new Limit(requestsPerSecond, bytesPerSecond, burstMilliseconds, latencyMicroseconds, spreadMicroseconds, seconds);
    }
}
