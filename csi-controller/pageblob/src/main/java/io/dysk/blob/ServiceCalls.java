package io.dysk.blob;

import io.dysk.blob.Operation.Repeat;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

/** Sends requests, maps what goes wrong, and sends them again where that can do no harm. */
final class ServiceCalls {
    private static final System.Logger LOG = System.getLogger(ServiceCalls.class.getName());
    private static final Duration SHORTEST_TRY = Duration.ofMillis(10);

    private final CallLimits limits;
    private final ErrorMapping errors;
    private final Pause pause;

    ServiceCalls(CallLimits limits, ErrorMapping errors, Pause pause) {
        this.limits = limits;
        this.errors = errors;
        this.pause = pause;
    }

    /** How to wait between tries; the tests don't. */
    @FunctionalInterface
    interface Pause {
        void sleep(Duration duration) throws InterruptedException;
    }

    Deadline deadline() {
        return Deadline.in(limits.call());
    }

    /**
     * Sends a request until it is answered for good.
     *
     * @param request sends it once, given the time it may take
     * @throws BlobException whatever its last try led to
     */
    <T> T run(Deadline deadline, Operation operation, Function<Duration, T> request) {
        boolean mayBeApplied = false;
        for (int attempt = 1; ; attempt++) {
            BlobException failure;
            try {
                return request.apply(timeFor(deadline));
            } catch (RuntimeException e) {
                failure = errors.map(operation, e);
            }
            boolean unknown = failure instanceof BlobException.Unavailable unavailable && !unavailable.outcomeKnown();
            mayBeApplied |= unknown;
            boolean transientFault = failure instanceof BlobException.Throttled || failure instanceof BlobException.Unavailable;
            boolean repeatable = operation.repeat() != Repeat.IF_NOT_APPLIED || !unknown;
            Duration wait = waitBefore(attempt + 1, failure);
            if (!transientFault || !repeatable || attempt >= limits.tries() || wait.compareTo(deadline.left()) >= 0
                    || Thread.currentThread().isInterrupted()) {
                throw mayBeApplied ? errors.withUnknownOutcome(operation, failure) : failure;
            }
            LOG.log(System.Logger.Level.DEBUG, "try {0} failed, next one in {1}: {2}", attempt, wait, failure.getMessage());
            sleep(operation, wait);
        }
    }

    private Duration timeFor(Deadline deadline) {
        Duration left = deadline.left();
        Duration time = left.compareTo(limits.tryOnce()) < 0 ? left : limits.tryOnce();
        return time.compareTo(SHORTEST_TRY) < 0 ? SHORTEST_TRY : time;
    }

    private Duration waitBefore(int attempt, BlobException failure) {
        Duration wait = limits.pauseBefore(attempt, ThreadLocalRandom.current().nextDouble());
        Optional<Duration> asked = failure instanceof BlobException.Throttled throttled ? throttled.retryAfter() : Optional.empty();
        return asked.filter(a -> a.compareTo(wait) > 0).orElse(wait);
    }

    private void sleep(Operation operation, Duration wait) {
        try {
            pause.sleep(wait);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw errors.map(operation, e);
        }
    }
}
