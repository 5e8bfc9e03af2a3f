package io.dysk.blobserver.limit;

/** Everything that limits the requests for one blob (or, without a blob, for an account). Thread-safe. */
public final class Throttles {
    private final Throttle account;
    private final Throttle blob;

    /** Either may be null. */
    Throttles(Throttle account, Throttle blob) {
        this.account = account;
        this.blob = blob;
    }

    /**
     * Whether a request may be done now; it is counted.
     *
     * @param now in nanoseconds of {@link System#nanoTime}
     * @param size bytes that it reads or writes
     */
    public boolean admit(long now, long size) {
        if (account != null && !account.admit(now, size)) {
            return false;
        }
        if (blob != null && !blob.admit(now, size)) {
            if (account != null) {
                account.takeBack(size);
            }
            return false;
        }
        return true;
    }

    /** How long the answer to a request takes, in nanoseconds: the blob's latency or the account's, whichever is more. */
    public long latency(Chance chance) {
        return 1000 * Math.max(microseconds(account, chance), microseconds(blob, chance));
    }

    /** Retry-After of refusals, the longer one; -1 for none. */
    public int retryAfterSeconds() {
        return Math.max(
                account == null ? -1 : account.limit().retryAfterSeconds(), blob == null ? -1 : blob.limit().retryAfterSeconds());
    }

    private static long microseconds(Throttle throttle, Chance chance) {
        if (throttle == null) {
            return 0;
        }
        Limit limit = throttle.limit();
        return limit.spreadMicroseconds() == 0
                ? limit.latencyMicroseconds()
                : limit.latencyMicroseconds() - limit.spreadMicroseconds() + chance.below(2 * limit.spreadMicroseconds() + 1);
    }
}
