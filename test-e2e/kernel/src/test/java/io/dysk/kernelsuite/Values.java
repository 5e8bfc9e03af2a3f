package io.dysk.kernelsuite;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;

/** The {@code name=value} pairs of one line of dysktool. Values have no blanks. */
public final class Values {
    private final Map<String, String> values = new LinkedHashMap<>();

    /** Reads a line. */
    public static Values parse(String line) {
        Values parsed = new Values();
        for (String pair : line.strip().split("\\s+")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                parsed.values.put(pair.substring(0, equals), pair.substring(equals + 1));
            }
        }
        return parsed;
    }

    public String text(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new NoSuchElementException("no " + name + " in " + values);
        }
        return value;
    }

    public long number(String name) {
        return Long.parseLong(text(name));
    }

    String textOr(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    long numberOr(String name, long otherwise) {
        return values.containsKey(name) ? number(name) : otherwise;
    }

    /** The state, in what "get" and "list" say. */
    public State state() {
        return State.of(number("state"));
    }

    /** The reason, in what "get" and "list" say. */
    public Reason reason() {
        return Reason.of(number("reason"));
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
