package io.dysk.rpc.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class MetricTextTest {
    private final MetricRegistry registry = new MetricRegistry();

    @Test
    void label_values_may_be_any_text() {
        registry.add(out -> out.counter("x_total", "Help\nwith \\.").sample("x_total", 1, "volume", "a\"b\\c\nd", "node", ""));
        assertThat(registry.text()).isEqualTo("""
                # HELP x_total Help\\nwith \\\\.
                # TYPE x_total counter
                x_total{volume="a\\"b\\\\c\\nd",node=""} 1
                """);
    }

    @Test
    void numbers_are_exact() {
        registry.add(out -> out.gauge("x", "X.").sample("x", 1.5).sample("x", 123_456_789_012.0).sample("x", Double.NaN)
                .sample("x", Double.POSITIVE_INFINITY).sample("x", -0.25).sample("x", 1e-9).sample("x", 3e18));
        assertThat(registry.text().lines().skip(2)).containsExactly("x 1.5", "x 123456789012", "x NaN", "x +Inf", "x -0.25", "x 1.0E-9", "x 3.0E18");
    }

    @Test
    void a_histogram_counts_into_buckets_that_include_what_is_below() {
        Histogram histogram = registry.add(new Histogram("t_seconds", "Times.", "method", "code"));
        histogram.observe(Duration.ofMillis(5), "Probe", "OK");
        histogram.observe(Duration.ofMillis(6), "Probe", "OK");
        histogram.observe(Duration.ofHours(1), "Probe", "OK");
        histogram.observe(Duration.ofSeconds(1), "Probe", "INTERNAL");
        assertThat(registry.text().lines()).startsWith("# HELP t_seconds Times.", "# TYPE t_seconds histogram").contains(
                "t_seconds_bucket{method=\"Probe\",code=\"OK\",le=\"0.005\"} 1",
                "t_seconds_bucket{method=\"Probe\",code=\"OK\",le=\"0.01\"} 2",
                "t_seconds_bucket{method=\"Probe\",code=\"OK\",le=\"300.0\"} 2",
                "t_seconds_bucket{method=\"Probe\",code=\"OK\",le=\"+Inf\"} 3",
                "t_seconds_count{method=\"Probe\",code=\"OK\"} 3",
                "t_seconds_sum{method=\"Probe\",code=\"OK\"} 3600.011",
                "t_seconds_bucket{method=\"Probe\",code=\"INTERNAL\",le=\"0.5\"} 0",
                "t_seconds_bucket{method=\"Probe\",code=\"INTERNAL\",le=\"1.0\"} 1");
    }

    @Test
    void the_process_shows_its_memory() {
        new ProcessMetrics().addTo(registry);
        assertThat(registry.text()).containsPattern("process_resident_memory_bytes [1-9]\\d{6,}\n").contains("process_start_time_seconds ");
    }
}
