package io.dysk.ctl;

import io.dysk.kernel.Limits;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as people write them: {@code 500ms}, {@code 30s}, {@code 5m}, {@code 2h}, {@code forever}. */
final class Durations {

    private static final Pattern FORM = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

    private Durations() {}

    static Duration parse(String text) {
        if (text.equals("forever")) {
            return Limits.FOREVER;
        }
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw CtlException.usage("'" + text + "' is not a time: write for example 500ms, 30s, 5m or 2h");
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
    }

    /** A time for people, with two or three digits that count. */
    static String format(Duration duration) {
        if (duration.equals(Limits.FOREVER)) {
            return "forever";
        }
        long nanos = duration.abs().compareTo(Duration.ofDays(1000)) > 0 ? Long.MAX_VALUE : duration.toNanos();
        String sign = nanos < 0 ? "-" : "";
        double micros = Math.abs(nanos) / 1e3;
        if (micros < 1000) {
            return sign + Math.round(micros) + "us";
        }
        if (micros < 1e6) {
            return sign + number(micros / 1e3) + "ms";
        }
        if (micros < 120e6) {
            return sign + number(micros / 1e6) + "s";
        }
        return sign + (micros < 7200e6 ? Math.round(micros / 60e6) + "m" : Math.round(micros / 3600e6) + "h");
    }

    private static String number(double value) {
        return value >= 100 || value == Math.rint(value)
                ? Long.toString(Math.round(value))
                : String.format(Locale.ROOT, "%.1f", value);
    }
}
