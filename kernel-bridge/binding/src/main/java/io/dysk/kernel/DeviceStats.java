package io.dysk.kernel;

import java.time.Duration;

/**
 * Counters of one device since it was attached.
 *
 * @param index N of /dev/dyskN
 * @param attachId the attachment they belong to
 * @param reads blob reads
 * @param writes page writes
 * @param clears page clears (discard, write zeroes)
 * @param connects connections opened
 * @param connectFailures tries to open one that failed
 * @param resets connections lost with a request on them
 * @param timeouts requests without an answer in time
 * @param badAnswers answers that couldn't be parsed or didn't fit the request
 * @param serverErrors 5xx other than 503
 * @param throttled 503 and 429
 * @param denied 401 and 403
 * @param fences epoch raises that began
 * @param fencedWrites writes found not applied thanks to a raise, and sent again
 * @param held time spent waiting for the service
 */
public record DeviceStats(
        int index,
        long attachId,
        OperationStats reads,
        OperationStats writes,
        OperationStats clears,
        long connects,
        long connectFailures,
        long resets,
        long timeouts,
        long badAnswers,
        long serverErrors,
        long throttled,
        long denied,
        long fences,
        long fencedWrites,
        Duration held) {}
