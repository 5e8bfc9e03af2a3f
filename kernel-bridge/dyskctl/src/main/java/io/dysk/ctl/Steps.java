package io.dysk.ctl;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Measures the steps of a command, by name, in the order they are done. */
final class Steps {

    private final LongSupplier nanoTime;
    private final long start;
    private final Map<String, Duration> times = new LinkedHashMap<>();

    Steps(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
    }

    /** Does a step; a failed one is measured too. */
    <T> T measure(String name, Supplier<T> step) {
        long from = nanoTime.getAsLong();
        try {
            return step.get();
        } finally {
            times.put(name, Duration.ofNanos(nanoTime.getAsLong() - from));
        }
    }

    void measure(String name, Runnable step) {
        measure(name, () -> {
            step.run();
            return null;
        });
    }

    /** The time from the first step's start until now. */
    void mark(String name) {
        times.put(name, Duration.ofNanos(nanoTime.getAsLong() - start));
    }

    /** Milliseconds with their fraction, by name: {@code leaseMs} and so on. */
    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        times.forEach((name, time) -> json.put(name + "Ms", time.toNanos() / 10_000 / 100.0));
        return json;
    }

    /** One line for people. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        times.forEach((name, time) ->
                text.append(text.isEmpty() ? "" : ", ").append(name).append(' ').append(Durations.format(time)));
        return text.toString();
    }
}
