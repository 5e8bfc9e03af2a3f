package io.dysk.node;

import io.dysk.node.volume.VolumeIds;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.call.VolumeLocks;
import io.dysk.rpc.step.StepListener;
import io.dysk.rpc.step.Steps;
import io.grpc.Context;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Runs what changes a volume: one at a time for each volume, and never longer than its caller waits. What isn't done by then goes on by
 * itself and keeps the volume's lock, since it can't be taken back: the kernel writes to a service that is slow. The caller tries
 * again, is told ABORTED while it goes on, and then finds it done.
 */
final class VolumeWork {
    /** For the answer to reach the caller before it gives up. */
    private static final Duration BEFORE_DEADLINE = Duration.ofMillis(500);

    private final VolumeLocks locks = new VolumeLocks();
    private final StepListener listener;
    private final Duration limit;

    /** @param limit for a caller that sets no deadline */
    VolumeWork(StepListener listener, Duration limit) {
        this.listener = listener;
        this.limit = limit;
    }

    /** @throws RpcFailure ABORTED if the volume has work under way, DEADLINE_EXCEEDED if it goes on, or what the work throws */
    <R> R run(String volumeId, Function<Steps, R> work) {
        VolumeLocks.Lock lock = locks.take(VolumeIds.require(volumeId));
        CompletableFuture<R> outcome = new CompletableFuture<>();
        // Not cancelled when the call is: half done is worse than done.
        Runnable task = Context.current().fork().wrap(() -> {
            try (lock) {
                R answer = work.apply(Steps.begin(listener, volumeId));
                lock.close();
                outcome.complete(answer);
            } catch (RuntimeException | Error e) {
                lock.close();
                outcome.completeExceptionally(e);
            }
        });
        try {
            Thread.ofPlatform().daemon().name("volume " + volumeId).start(task);
        } catch (OutOfMemoryError e) { // no thread to be had
            lock.close();
            throw RpcFailure.resourceExhausted("this node has no thread left for it; try again when other volumes are done");
        }
        return await(outcome);
    }

    private <R> R await(CompletableFuture<R> outcome) {
        try {
            return outcome.get(patience().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw RpcFailure.deadlineExceeded("it isn't done in time and goes on; try again later. The storage service or the device is slow or"
                    + " doesn't answer: see the volume's health");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw RpcFailure.unavailable("the plugin ends; try again");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new CompletionException(e.getCause());
        }
    }

    private Duration patience() {
        Deadline deadline = Context.current().getDeadline();
        if (deadline == null) {
            return limit;
        }
        Duration left = Duration.ofNanos(deadline.timeRemaining(TimeUnit.NANOSECONDS)).minus(BEFORE_DEADLINE);
        return left.isNegative() ? Duration.ZERO : left;
    }
}
