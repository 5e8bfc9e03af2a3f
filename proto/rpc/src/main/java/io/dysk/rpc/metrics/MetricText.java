package io.dysk.rpc.metrics;

/**
 * Prometheus' text format 0.0.4, as it is written: the head of a family, then its samples. For one thread.
 *
 * <p>Source: <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">Exposition formats</a>.
 */
public final class MetricText {
    /** HTTP's name for it. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final StringBuilder out = new StringBuilder(4096);

    MetricText() {}

    /** The head of a family that only grows; its name ends in {@code _total}. */
    public MetricText counter(String name, String help) {
        return head(name, "counter", help);
    }

    /** The head of a family that goes up and down. */
    public MetricText gauge(String name, String help) {
        return head(name, "gauge", help);
    }

    /** The head of a family of histograms; its samples are {@code _bucket} with a label {@code le}, {@code _sum} and {@code _count}. */
    public MetricText histogram(String name, String help) {
        return head(name, "histogram", help);
    }

    MetricText head(String name, String type, String help) {
        out.append("# HELP ").append(name).append(' ').append(help.replace("\\", "\\\\").replace("\n", "\\n")).append('\n')
                .append("# TYPE ").append(name).append(' ').append(type).append('\n');
        return this;
    }

    /**
     * One value.
     *
     * @param labels name, value, name, value...; the values may be any text
     */
    public MetricText sample(String name, double value, String... labels) {
        out.append(name);
        for (int i = 0; i < labels.length; i += 2) {
            out.append(i == 0 ? '{' : ',').append(labels[i]).append("=\"")
                    .append(labels[i + 1].replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n")).append('"');
        }
        out.append(labels.length == 0 ? " " : "} ");
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            out.append((long) value);
        } else {
            out.append(Double.isNaN(value) ? "NaN" : Double.isInfinite(value) ? value > 0 ? "+Inf" : "-Inf" : Double.toString(value));
        }
        out.append('\n');
        return this;
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
