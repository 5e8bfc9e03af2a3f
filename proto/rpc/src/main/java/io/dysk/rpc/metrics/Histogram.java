package io.dysk.rpc.metrics;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** Times in seconds, counted in buckets, for each combination of label values. Safe for use by many threads. */
public final class Histogram implements MetricFamily {
    /** From what asks nothing of anybody to what waits for a service that copies. */
    private static final double[] BOUNDS = {.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300};

    private final String name;
    private final String help;
    private final List<String> labels;
    private final Map<String, Series> series = new ConcurrentSkipListMap<>();

    /** @param name ends in {@code _seconds} */
    public Histogram(String name, String help, String... labels) {
        this.name = name;
        this.help = help;
        this.labels = List.of(labels);
    }

    /** Counts one. @param values one for each label; from a small fixed set */
    public void observe(Duration time, String... values) {
        series.computeIfAbsent(String.join("\u0000", values), key -> new Series(values)).observe(time.toNanos() / 1e9);
    }

    @Override
    public void write(MetricText out) {
        out.head(name, "histogram", help);
        series.values().forEach(each -> each.write(out));
    }

    private final class Series {
        private final String[] pairs;
        private final long[] counts = new long[BOUNDS.length + 1];
        private double sum;

        private Series(String[] values) {
            pairs = new String[labels.size() * 2];
            for (int i = 0; i < values.length; i++) {
                pairs[2 * i] = labels.get(i);
                pairs[2 * i + 1] = values[i];
            }
        }

        private synchronized void observe(double seconds) {
            int found = Arrays.binarySearch(BOUNDS, seconds);
            counts[found < 0 ? -found - 1 : found]++;
            sum += seconds;
        }

        private synchronized void write(MetricText out) {
            String[] bucket = Arrays.copyOf(pairs, pairs.length + 2);
            bucket[pairs.length] = "le";
            long total = 0;
            for (int i = 0; i < counts.length; i++) {
                total += counts[i];
                bucket[pairs.length + 1] = i < BOUNDS.length ? Double.toString(BOUNDS[i]) : "+Inf";
                out.sample(name + "_bucket", total, bucket);
            }
            out.sample(name + "_sum", sum, pairs);
            out.sample(name + "_count", total, pairs);
        }
    }
}
