package io.dysk.ctl;

import io.dysk.kernel.Limits;
import picocli.CommandLine.Option;

/** Limits of a device. */
final class LimitOptions {

    @Option(names = "--connections", paramLabel = "N",
            description = "Requests in flight at the same time, 1 to 64 (default: 8).")
    private Integer connections;

    @Option(names = "--request-timeout", paramLabel = "TIME",
            description = "Limit for one try of one request (default: 30s).")
    private String requestTimeout;

    @Option(names = "--no-path-timeout", paramLabel = "TIME",
            description = "How long I/O waits for an endpoint that can't be reached, throttles or denies access, or"
                    + " 'forever' (default: 180s).")
    private String noPathTimeout;

    @Option(names = "--idle-timeout", paramLabel = "TIME", description = "When unused connections are closed (default: 4s).")
    private String idleTimeout;

    Limits limits() {
        Limits limits = Limits.DEFAULTS;
        limits = connections == null ? limits : limits.withMaxConnections(connections);
        limits = requestTimeout == null ? limits : limits.withRequestTimeout(Durations.parse(requestTimeout));
        limits = noPathTimeout == null ? limits : limits.withNoPathTimeout(Durations.parse(noPathTimeout));
        return idleTimeout == null ? limits : limits.withIdleTimeout(Durations.parse(idleTimeout));
    }
}
