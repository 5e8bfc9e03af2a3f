package io.dysk.kernelsuite;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What fio counted.
 *
 * @param error its error, 0 for none
 * @param reads requests, also those that verified
 * @param readBytes in them
 * @param writes requests
 * @param writeBytes in them
 * @param trims requests
 * @param trimBytes in them
 */
public record FioResult(int error, long reads, long readBytes, long writes, long writeBytes, long trims, long trimBytes) {

    static FioResult parse(String json) {
        return new FioResult(Math.toIntExact(after(json, 0, "error")),
                of(json, "read", "total_ios"), of(json, "read", "io_bytes"),
                of(json, "write", "total_ios"), of(json, "write", "io_bytes"),
                of(json, "trim", "total_ios"), of(json, "trim", "io_bytes"));
    }

    private static long of(String json, String kind, String figure) {
        Matcher section = Pattern.compile("\"" + kind + "\" : \\{").matcher(json);
        if (!section.find()) {
            throw new IllegalArgumentException("no " + kind + " in what fio says: " + json);
        }
        return after(json, section.end(), figure);
    }

    private static long after(String json, int from, String figure) {
        Matcher value = Pattern.compile("\"" + figure + "\" : (\\d+)").matcher(json);
        if (!value.find(from)) {
            throw new IllegalArgumentException("no " + figure + " in what fio says: " + json);
        }
        return Long.parseLong(value.group(1));
    }
}
