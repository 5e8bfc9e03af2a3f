package io.dysk.kernel;

import java.time.Duration;

/**
 * Counters of one kind of request, since attach.
 *
 * @param done completed well
 * @param failed completed with an error
 * @param bytes of those completed well
 * @param retries tries beyond the first
 * @param queueTime sum of the times from a request's arrival until it was being sent
 * @param serviceTime sum of the times from there to its answer
 * @param queue those times, counted
 * @param service those times, counted
 */
public record OperationStats(
        long done,
        long failed,
        long bytes,
        long retries,
        Duration queueTime,
        Duration serviceTime,
        LatencyHistogram queue,
        LatencyHistogram service) {}
