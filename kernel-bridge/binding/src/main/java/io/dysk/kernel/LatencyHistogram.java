package io.dysk.kernel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How many requests took how long. Bucket b counts latencies below 2^b microseconds that bucket b-1 doesn't.
 *
 * @param counts by bucket
 */
public record LatencyHistogram(List<Long> counts) {

    public LatencyHistogram {
        counts = List.copyOf(counts);
    }

    static LatencyHistogram of(long[] buckets) {
        List<Long> counts = new ArrayList<>(buckets.length);
        for (long bucket : buckets) {
            counts.add(bucket);
        }
        return new LatencyHistogram(counts);
    }

    public long total() {
        return counts.stream().mapToLong(Long::longValue).sum();
    }

    /** Upper bound of a bucket. */
    public static Duration upperBound(int bucket) {
        return Duration.ofNanos((1L << bucket) * 1000);
    }

    /**
     * The latency that {@code share} of the requests stayed below: an upper bound, right to a factor of two.
     *
     * @param share between 0 and 1
     * @return zero if there were no requests
     */
    public Duration quantile(double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("a share is between 0 and 1: " + share);
        }
        long wanted = Math.max(1, (long) Math.ceil(total() * share));
        long seen = 0;
        for (int bucket = 0; bucket < counts.size(); bucket++) {
            seen += counts.get(bucket);
            if (seen >= wanted) {
                return upperBound(bucket);
            }
        }
        return Duration.ZERO;
    }
}
