package io.dysk.rpc.metrics;

/** Metrics of one name, or of a few that belong together, asked for their values when somebody scrapes. */
@FunctionalInterface
public interface MetricFamily {
    /** Says the values of now. Must not block for long: a scrape waits for it. */
    void write(MetricText out);
}
