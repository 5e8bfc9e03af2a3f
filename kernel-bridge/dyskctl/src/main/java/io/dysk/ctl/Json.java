package io.dysk.ctl;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes JSON: maps in their order, lists, text, numbers, booleans; empty optionals are null. */
final class Json {

    private final StringBuilder text = new StringBuilder();

    private Json() {}

    /** The value over several lines, for people and programs. */
    static String write(Object value) {
        Json json = new Json();
        json.value(value, 0);
        return json.text.toString();
    }

    /** One string with its quotes; also a string of YAML. */
    static String quote(String value) {
        Json json = new Json();
        json.string(value);
        return json.text.toString();
    }

    private void value(Object value, int depth) {
        switch (value) {
            case null -> text.append("null");
            case Optional<?> optional -> value(optional.orElse(null), depth);
            case Map<?, ?> map -> object(map, depth);
            case List<?> list -> array(list, depth);
            case Number number -> text.append(number);
            case Boolean bool -> text.append(bool);
            case Duration duration -> text.append(duration.toMillis());
            default -> string(value.toString());
        }
    }

    private void object(Map<?, ?> map, int depth) {
        String separator = "{";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            text.append(separator);
            line(depth + 1);
            string(entry.getKey().toString());
            text.append(": ");
            value(entry.getValue(), depth + 1);
            separator = ",";
        }
        end(map.isEmpty(), "{", "}", depth);
    }

    private void array(List<?> list, int depth) {
        String separator = "[";
        for (Object element : list) {
            text.append(separator);
            line(depth + 1);
            value(element, depth + 1);
            separator = ",";
        }
        end(list.isEmpty(), "[", "]", depth);
    }

    private void end(boolean empty, String open, String close, int depth) {
        if (empty) {
            text.append(open);
        } else {
            line(depth);
        }
        text.append(close);
    }

    private void line(int depth) {
        text.append('\n').repeat("  ", depth);
    }

    private void string(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ' || c >= 0x7f && c <= 0xa0 || c == '\u2028' || c == '\u2029') {
                text.append("\\u").append("%04x".formatted((int) c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }
}
