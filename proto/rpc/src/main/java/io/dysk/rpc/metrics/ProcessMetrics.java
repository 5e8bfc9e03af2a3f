package io.dysk.rpc.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** What the process itself uses, under the names that Prometheus' own libraries have for it. */
public final class ProcessMetrics {
    private static final String START = "process_start_time_seconds";
    private static final String MEMORY = "process_resident_memory_bytes";
    private static final String HEAP = "jvm_memory_used_bytes";

    private final double started = ProcessHandle.current().info().startInstant().orElseGet(Instant::now).toEpochMilli() / 1e3;

    /** Adds them. */
    public void addTo(MetricRegistry registry) {
        registry.add(out -> out.gauge(START, "When the process began, in seconds since 1970.").sample(START, started));
        registry.add(out -> out.gauge(MEMORY, "Memory of the process that is in RAM.").sample(MEMORY, resident()));
        registry.add(out -> out.gauge(HEAP, "Memory used by Java objects.")
                .sample(HEAP, Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory(), "area", "heap"));
    }

    private static double resident() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024).findFirst().orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }
}
