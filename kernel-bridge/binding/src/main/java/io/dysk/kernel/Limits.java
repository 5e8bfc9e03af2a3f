package io.dysk.kernel;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Limits of one device. What is empty takes the module's default when attaching, and stays as it is in an update.
 *
 * @param maxConnections 1 to 64, requests in flight at the same time; default 8
 * @param requestTimeout for one try of one request, whole milliseconds; default 30 s
 * @param noPathTimeout how long I/O waits for an endpoint that can't be reached, throttles or denies access, whole
 *     seconds, or {@link #FOREVER}; default 180 s
 * @param idleTimeout when an unused connection is closed, whole milliseconds; default 4 s
 */
public record Limits(
        OptionalInt maxConnections,
        Optional<Duration> requestTimeout,
        Optional<Duration> noPathTimeout,
        Optional<Duration> idleTimeout) {

    /** As {@code noPathTimeout}: I/O waits until the endpoint is back. */
    public static final Duration FOREVER = Duration.ofSeconds(DyskAbi.NO_PATH_FOREVER);

    /** Nothing set. */
    public static final Limits DEFAULTS =
            new Limits(OptionalInt.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    public Limits {
        maxConnections.ifPresent(n -> {
            if (n < 1) {
                throw new IllegalArgumentException("max connections must be 1 or more, not " + n);
            }
        });
        requestTimeout.ifPresent(d -> requireMillis("request time-out", d));
        idleTimeout.ifPresent(d -> requireMillis("idle time-out", d));
        noPathTimeout.ifPresent(d -> {
            if (d.toSeconds() < 1 || d.compareTo(FOREVER) > 0) {
                throw new IllegalArgumentException("no-path time-out must be a second or more, not " + d);
            }
        });
    }

    public Limits withMaxConnections(int connections) {
        if (connections > DyskAbi.CONNECTIONS_MAX) {
            throw new IllegalArgumentException(
                    "max connections must be 1 to " + DyskAbi.CONNECTIONS_MAX + ", not " + connections);
        }
        return new Limits(OptionalInt.of(connections), requestTimeout, noPathTimeout, idleTimeout);
    }

    public Limits withRequestTimeout(Duration timeout) {
        return new Limits(maxConnections, Optional.of(timeout), noPathTimeout, idleTimeout);
    }

    public Limits withNoPathTimeout(Duration timeout) {
        return new Limits(maxConnections, requestTimeout, Optional.of(timeout), idleTimeout);
    }

    public Limits withIdleTimeout(Duration timeout) {
        return new Limits(maxConnections, requestTimeout, noPathTimeout, Optional.of(timeout));
    }

    public boolean isEmpty() {
        return equals(DEFAULTS);
    }

    static void requireMillis(String what, Duration duration) {
        if (duration.toMillis() < 1 || duration.toMillis() > 0xffff_ffffL) {
            throw new IllegalArgumentException(what + " must be between a millisecond and 49 days, not " + duration);
        }
    }

    long requestTimeoutMillis() {
        return requestTimeout.map(Duration::toMillis).orElse(0L);
    }

    long noPathTimeoutSeconds() {
        return noPathTimeout.map(Duration::toSeconds).orElse(0L);
    }

    long idleTimeoutMillis() {
        return idleTimeout.map(Duration::toMillis).orElse(0L);
    }

    /** From the module's numbers, where 0 means that it said nothing. */
    static Limits of(int connections, long requestMillis, long noPathSeconds, long idleMillis) {
        return new Limits(
                connections == 0 ? OptionalInt.empty() : OptionalInt.of(connections),
                requestMillis == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(requestMillis)),
                noPathSeconds == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(noPathSeconds)),
                idleMillis == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(idleMillis)));
    }
}
