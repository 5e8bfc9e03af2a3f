package io.dysk.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dysk.node.fake.Refusal;
import io.dysk.rpc.step.StepListener;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class VolumeWorkTest {
    private final VolumeWork work = new VolumeWork(StepListener.NONE, Duration.ofSeconds(30));

    @Test
    void aVolumeNeedsAName() {
        Refusal.of(() -> work.run("", _ -> 1), Status.Code.INVALID_ARGUMENT, "missing");
        Refusal.of(() -> work.run("x".repeat(129), _ -> 1), Status.Code.INVALID_ARGUMENT, "128 bytes");
    }

    @Test
    void aFailureIsTheCallersAndTheVolumeIsFree() {
        assertThatThrownBy(() -> work.run("one", _ -> {
            throw new IllegalStateException("wrong");
        })).hasMessage("wrong");
        assertThat(work.<Integer>run("one", _ -> 2)).isEqualTo(2);
    }

    @Test
    void aSecondCallForTheVolumeIsAbortedAndOthersRun() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        try (ExecutorService caller = Executors.newSingleThreadExecutor()) {
            Future<Integer> first = caller.submit(() -> work.run("one", _ -> {
                running.countDown();
                await(end);
                return 1;
            }));
            running.await();
            Refusal.of(() -> work.run("one", _ -> 2), Status.Code.ABORTED, "under way");
            assertThat(work.<Integer>run("two", _ -> 2)).isEqualTo(2);
            end.countDown();
            assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo(1);
        }
        assertThat(work.<Integer>run("one", _ -> 3)).isEqualTo(3);
    }

    @Test
    void whatIsNotDoneInTimeGoesOnAndKeepsTheVolume() throws Exception {
        VolumeWork impatient = new VolumeWork(StepListener.NONE, Duration.ofMillis(20));
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Refusal.of(() -> impatient.run("one", _ -> {
            await(end);
            ended.countDown();
            return 1;
        }), Status.Code.DEADLINE_EXCEEDED, "goes on");
        Refusal.of(() -> impatient.run("one", _ -> 2), Status.Code.ABORTED, "under way");
        end.countDown();
        ended.await();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
