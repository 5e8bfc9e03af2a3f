package io.dysk.rpc.log;

import io.dysk.rpc.config.LogFormat;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;

/** Log records as lines of text or of JSON. */
final class LineFormatter extends Formatter {
    private final LogFormat format;

    LineFormatter(LogFormat format) {
        this.format = format;
    }

    @Override
    public String format(LogRecord record) {
        LogLine line = LogLine.of(record);
        StringBuilder out = new StringBuilder(256);
        switch (format) {
            case json -> json(line, out);
            case text -> text(line, out);
        }
        return out.append('\n').toString();
    }

    /** {@code 2026-11-21T17:00:00.000Z INFO message (request_id=... volume=...)}; then the stack, indented. */
    private static void text(LogLine line, StringBuilder out) {
        Timestamp.write(line.time(), out).append(' ').append(line.level().name()).append(' ').append(printable(line.message()));
        String separator = "  [";
        for (Map.Entry<String, Object> field : line.fields().entrySet()) {
            out.append(separator).append(field.getKey()).append('=').append(printable(String.valueOf(field.getValue())));
            separator = " ";
        }
        out.append(line.fields().isEmpty() ? "" : "]");
        line.stack().ifPresent(stack -> stack.lines().forEach(each -> out.append("\n    ").append(printable(each))));
    }

    /** One line stays one: who sends a line break in a name doesn't write log lines of his own. */
    private static String printable(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n') {
                out.append("\\n");
            } else if (c == '\t') {
                out.append(' ');
            } else if (!Character.isISOControl(c)) {
                out.append(c);
            }
        }
        return out.toString();
    }

    private static void json(LogLine line, StringBuilder out) {
        Timestamp.write(line.time(), out.append("{\"time\":\"")).append("\",\"level\":\"").append(line.level().name()).append('"');
        member("logger", line.logger(), out);
        member("message", line.message(), out);
        line.fields().forEach((name, value) -> member(name, value, out));
        line.stack().ifPresent(stack -> member("stack", stack, out));
        out.append('}');
    }

    private static void member(String name, Object value, StringBuilder out) {
        out.append(',');
        string(name, out);
        out.append(':');
        if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
            out.append(number);
        } else {
            string(String.valueOf(value), out);
        }
    }

    private static void string(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean pair = Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1));
            if (pair) {
                out.append(c).append(text.charAt(++i));
            } else {
                character(c, out);
            }
        }
        out.append('"');
    }

    private static void character(char c, StringBuilder out) {
        switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '\t' -> out.append("\\t");
            default -> {
                if (c < ' ' || c == 127 || Character.isSurrogate(c)) {
                    out.append(String.format("\\u%04x", (int) c));
                } else {
                    out.append(c);
                }
            }
        }
    }
}
