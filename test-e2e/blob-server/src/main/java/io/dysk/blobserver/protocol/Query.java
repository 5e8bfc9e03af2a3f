package io.dysk.blobserver.protocol;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The parameters of a request's query, decoded, their names in lower case. */
public final class Query {
    private final Map<String, String> parameters;

    private Query(Map<String, String> parameters) {
        this.parameters = Collections.unmodifiableMap(parameters);
    }

    /**
     * @param text without the question mark
     */
    public static Query parse(String text) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String part : text.split("&")) {
            if (!part.isEmpty()) {
                int equals = part.indexOf('=');
                String name = equals < 0 ? part : part.substring(0, equals);
                String value = equals < 0 ? "" : part.substring(equals + 1);
                parameters.merge(Percent.decode(name).toLowerCase(Locale.ROOT), Percent.decode(value), (a, b) -> a + "," + b);
            }
        }
        return new Query(parameters);
    }

    /** The value, or null. */
    public String get(String name) {
        return parameters.get(name);
    }

    /** The value, or the empty string. */
    public String text(String name) {
        return parameters.getOrDefault(name, "");
    }

    public boolean has(String name) {
        return parameters.containsKey(name);
    }

    /** A number from 1 to {@code max}, or {@code absent} if the parameter isn't there. */
    public int number(String name, int absent, int max) {
        String value = get(name);
        if (value == null || value.isEmpty()) {
            return absent;
        }
        try {
            int number = Integer.parseInt(value);
            if (number < 1) {
                throw new StorageException(StorageError.OUT_OF_RANGE_QUERY, name);
            }
            return Math.min(number, max);
        } catch (NumberFormatException e) {
            throw new StorageException(StorageError.INVALID_QUERY_PARAMETER, name);
        }
    }

    public Map<String, String> all() {
        return parameters;
    }
}
