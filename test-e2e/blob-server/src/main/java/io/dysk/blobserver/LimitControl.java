package io.dysk.blobserver;

import io.dysk.blobserver.http.Method;
import io.dysk.blobserver.limit.Limit;
import io.dysk.blobserver.limit.Limits;
import io.dysk.blobserver.protocol.Query;
import java.util.Locale;
import java.util.stream.Collectors;

/** Orders under /_control/limits. */
final class LimitControl {
    private final Limits limits;

    LimitControl(Limits limits) {
        this.limits = limits;
    }

    String run(Method method, Query query) {
        switch (method) {
            case PUT, POST -> set(query, limit(query));
            case DELETE -> limits.clear();
            default -> {
                return limits.usage().stream().map(LimitControl::line).collect(Collectors.joining());
            }
        }
        return "";
    }

    private void set(Query query, Limit limit) {
        String blob = query.text("blob");
        String account = query.text("account");
        if (blob.isEmpty() == account.isEmpty()) {
            throw new IllegalArgumentException("limits need either blob=account/container/name, or blob=all, or account=name");
        }
        if (blob.equals("all")) {
            limits.everyBlob(limit);
        } else if (!blob.isEmpty()) {
            if (!blob.matches("[^/]+/[^/]+/.+")) {
                throw new IllegalArgumentException("blob must be account/container/name, or all");
            }
            limits.blob(blob, limit);
        } else {
            limits.account(account, limit);
        }
    }

    private static Limit limit(Query query) {
        Limit base = switch (query.text("tier")) {
            case "" -> Limit.NONE;
            case "P20" -> Limit.P20;
            default -> throw new IllegalArgumentException("tier must be P20");
        };
        return new Limit(
                Control.decimal(query, "requests-per-second", base.requestsPerSecond()),
                Control.decimal(query, "bytes-per-second", base.bytesPerSecond()),
                (int) Control.number(query, "burst-ms", base.burstMilliseconds()),
                (int) Control.number(query, "latency-us", base.latencyMicroseconds()),
                (int) Control.number(query, "spread-us", base.spreadMicroseconds()),
                (int) Control.number(query, "retry-after", base.retryAfterSeconds()));
    }

    private static String line(Limits.Usage usage) {
        Limit limit = usage.limit();
        return String.format(Locale.ROOT,
                "%s requests-per-second %s bytes-per-second %s burst-ms %d latency-us %d spread-us %d"
                        + " allowed %d refused %d bytes %d%n",
                usage.of(), shown(limit.requestsPerSecond()), shown(limit.bytesPerSecond()), limit.burstMilliseconds(),
                limit.latencyMicroseconds(), limit.spreadMicroseconds(), usage.allowed(), usage.refused(), usage.bytes());
    }

    private static String shown(double rate) {
        return rate == Math.rint(rate) ? Long.toString((long) rate) : Double.toString(rate);
    }
}
