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
 * @param slowestMilliseconds the longest that a request took
 */
public record FioResult(int error, long reads, long readBytes, long writes, long writeBytes, long trims, long trimBytes,
        double slowestMilliseconds) {

    public static FioResult parse(String json) {
        return new FioResult(Math.toIntExact(after(json, 0, "error")),
                of(json, "read", "total_ios"), of(json, "read", "io_bytes"),
                of(json, "write", "total_ios"), of(json, "write", "io_bytes"),
                of(json, "trim", "total_ios"), of(json, "trim", "io_bytes"),
                Math.max(slowest(json, "read"), Math.max(slowest(json, "write"), slowest(json, "trim"))));
    }

    private static double slowest(String json, String kind) {
        return after(json, json.indexOf("\"clat_ns\"", section(json, kind)), "max") / 1e6;
    }

    private static long of(String json, String kind, String figure) {
        return after(json, section(json, kind), figure);
    }

    private static int section(String json, String kind) {
        Matcher section = Pattern.compile("\"" + kind + "\" : \\{").matcher(json);
        if (!section.find()) {
            throw new IllegalArgumentException("no " + kind + " in what fio says: " + json);
        }
        return section.end();
    }

    private static long after(String json, int from, String figure) {
        Matcher value = Pattern.compile("\"" + figure + "\" : (\\d+)").matcher(json);
        if (!value.find(from)) {
            throw new IllegalArgumentException("no " + figure + " in what fio says: " + json);
        }
        return Long.parseLong(value.group(1));
    }
}
