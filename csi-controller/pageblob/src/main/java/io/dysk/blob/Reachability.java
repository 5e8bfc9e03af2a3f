package io.dysk.blob;

import java.time.Duration;

/**
 * What a probe of an account's endpoint found. Tells nothing of credentials: the probe sends none.
 *
 * @param serverAhead the service's clock minus ours, to about a second; the service refuses keys from 15 minutes on
 * @param https whether TLS was used
 * @param httpStatus what the service answered to a request without credentials
 * @param roundTrip how long that took
 */
public record Reachability(Duration serverAhead, boolean https, int httpStatus, Duration roundTrip) {
    /** From here on the service refuses requests that are signed with a key. */
    public static final Duration MAX_SKEW = Duration.ofMinutes(15);

    /** Whether the clocks are too far apart for requests that are signed with a key. */
    public boolean skewed() {
        return serverAhead.abs().compareTo(MAX_SKEW) >= 0;
    }
}
