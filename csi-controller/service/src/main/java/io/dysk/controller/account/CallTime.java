package io.dysk.controller.account;

import io.dysk.rpc.call.RpcFailure;
import io.grpc.Context;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** How much time the gRPC call has left that the present thread works on. */
public final class CallTime {
    /** Kept back, so that the answer is there before the caller gives up. */
    private static final long ANSWER_MILLIS = 500;
    private static final Duration WITHOUT_DEADLINE = Duration.ofSeconds(60);

    private CallTime() {}

    /**
     * What one request to the service may take.
     *
     * @throws RpcFailure DEADLINE_EXCEEDED if nothing is left
     */
    public static Duration left() {
        Duration left = untilAnswer().orElse(WITHOUT_DEADLINE);
        if (!left.isPositive()) {
            throw RpcFailure.deadlineExceeded("no time is left for it; call again with a longer deadline");
        }
        return left;
    }

    /** Until the answer has to be given; empty if the caller waits for ever. May be zero or less. */
    public static Optional<Duration> untilAnswer() {
        Deadline deadline = Context.current().getDeadline();
        if (deadline == null) {
            return Optional.empty();
        }
        long millis = deadline.timeRemaining(TimeUnit.MILLISECONDS);
        return Optional.of(Duration.ofMillis(millis - Math.min(ANSWER_MILLIS, Math.max(0, millis) / 4)));
    }

    /** Whether the caller is gone. */
    public static boolean cancelled() {
        return Context.current().isCancelled();
    }
}
