package io.dysk.rpc.log;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** Times as log lines have them: UTC, ISO 8601, milliseconds. By hand, since the library's formatter is large and every line has one. */
final class Timestamp {
    private static final int NANOS_PER_MILLI = 1_000_000;

    private Timestamp() {}

    /** Appends {@code 2026-11-21T17:00:00.000Z}; returns what it appended to. */
    static StringBuilder write(Instant time, StringBuilder out) {
        LocalDateTime utc = LocalDateTime.ofEpochSecond(time.getEpochSecond(), time.getNano(), ZoneOffset.UTC);
        number(utc.getYear(), 4, out).append('-');
        number(utc.getMonthValue(), 2, out).append('-');
        number(utc.getDayOfMonth(), 2, out).append('T');
        number(utc.getHour(), 2, out).append(':');
        number(utc.getMinute(), 2, out).append(':');
        number(utc.getSecond(), 2, out).append('.');
        return number(utc.getNano() / NANOS_PER_MILLI, 3, out).append('Z');
    }

    private static StringBuilder number(int value, int digits, StringBuilder out) {
        String text = Integer.toString(value);
        for (int i = text.length(); i < digits; i++) {
            out.append('0');
        }
        return out.append(text);
    }
}
