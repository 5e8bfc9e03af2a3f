package io.dysk.blobserver.blob;

import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** The properties of a record whose names start with a prefix. */
record Section(Properties record, String prefix) {
    static Section of(Properties record, String prefix) {
        return new Section(record, prefix);
    }

    Section sub(String name) {
        return new Section(record, prefix + name);
    }

    void put(String name, Object value) {
        record.setProperty(prefix + name, String.valueOf(value));
    }

    void put(Map<String, String> values) {
        values.forEach(this::put);
    }

    boolean has(String name) {
        return record.containsKey(prefix + name);
    }

    String text(String name) {
        return record.getProperty(prefix + name, "");
    }

    long number(String name) {
        return Long.parseLong(record.getProperty(prefix + name));
    }

    boolean flag(String name) {
        return Boolean.parseBoolean(record.getProperty(prefix + name));
    }

    Map<String, String> map() {
        Map<String, String> values = new TreeMap<>();
        for (String name : record.stringPropertyNames()) {
            if (name.startsWith(prefix)) {
                values.put(name.substring(prefix.length()), record.getProperty(name));
            }
        }
        return values;
    }
}
