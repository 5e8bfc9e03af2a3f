package io.dysk.kernelsuite;

import io.dysk.vm.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a test counted: faults made, I/O done, lost, falsely acknowledged, stale reads, time to recover. Added up while it runs, then printed and
 * left in {@code target/results/figures/<name>.json} for the commands that ran it. Thread-safe.
 */
public final class Figures {
    private final String name;
    private final Map<String, Object> figures = new LinkedHashMap<>();

    /** @param name of the test: letters, digits, hyphens */
    public Figures(String name) {
        this.name = name;
    }

    /** Adds to a count. */
    public synchronized Figures add(String what, long more) {
        figures.merge(what, more, (a, b) -> (Long) a + (Long) b);
        return this;
    }

    /** Keeps the largest. */
    public synchronized Figures most(String what, double value) {
        figures.merge(what, value, (a, b) -> Math.max((Double) a, (Double) b));
        return this;
    }

    /** Sets a figure; three decimals are kept. */
    public synchronized Figures set(String what, double value) {
        figures.put(what, value);
        return this;
    }

    /** Sets a figure. */
    public synchronized Figures set(String what, String value) {
        figures.put(what, value);
        return this;
    }

    /** Of a count; 0 if nothing was added. */
    public synchronized long count(String what) {
        return (Long) figures.getOrDefault(what, 0L);
    }

    /** Prints them and leaves the file; a later call replaces it. */
    public synchronized void report() {
        Path file = Workspace.root().resolve("target/results/figures/" + name + ".json");
        String json = figures.entrySet().stream().map(figure -> quoted(figure.getKey()) + ": " + json(figure.getValue()))
                .collect(Collectors.joining(", ", "{", "}\n"));
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, json);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot leave the figures in " + file, e);
        }
        System.out.println(this);
    }

    /** One line. */
    @Override
    public synchronized String toString() {
        return figures.entrySet().stream().map(figure -> figure.getKey() + " " + text(figure.getValue()))
                .collect(Collectors.joining(", ", name + ": ", ""));
    }

    private static String text(Object value) {
        return value instanceof Double number ? String.format(Locale.ROOT, "%.3f", number) : value.toString();
    }

    private static String json(Object value) {
        return value instanceof String text ? quoted(text) : text(value);
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
