package io.dysk.blobserver.limit;

/** The limit of one blob or account in force, with what it let through. Thread-safe. */
final class Throttle {
    private final TokenBucket requests = new TokenBucket();
    private final TokenBucket bytes = new TokenBucket();
    private volatile Limit limit;
    private long allowed;
    private long refused;
    private long bytesAllowed;

    Throttle(Limit limit) {
        set(limit, 0);
    }

    /** Changes the limit; what is in the buckets and was counted stays. */
    synchronized void set(Limit wanted, long now) {
        limit = wanted;
        requests.set(wanted.requestsPerSecond(), wanted.burstMilliseconds(), now);
        bytes.set(wanted.bytesPerSecond(), wanted.burstMilliseconds(), now);
    }

    Limit limit() {
        return limit;
    }

    /**
     * Whether a request may be done now.
     *
     * @param now in nanoseconds of {@link System#nanoTime}
     * @param size bytes that it reads or writes
     */
    synchronized boolean admit(long now, long size) {
        if (!requests.hasAny(now) || !bytes.hasAny(now)) {
            refused++;
            return false;
        }
        requests.take(now, 1);
        bytes.take(now, size);
        allowed++;
        bytesAllowed += size;
        return true;
    }

    /** A request that was admitted here was refused elsewhere. */
    synchronized void takeBack(long size) {
        requests.giveBack(1);
        bytes.giveBack(size);
        allowed--;
        bytesAllowed -= size;
        refused++;
    }

    synchronized Limits.Usage usage(String of) {
        return new Limits.Usage(of, limit, allowed, refused, bytesAllowed);
    }
}
