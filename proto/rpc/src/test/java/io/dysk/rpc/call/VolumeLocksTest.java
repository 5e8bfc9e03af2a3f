package io.dysk.rpc.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status.Code;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class VolumeLocksTest {
    private final VolumeLocks locks = new VolumeLocks();

    @Test
    void a_second_call_for_the_volume_is_ABORTED_and_does_not_wait() {
        try (VolumeLocks.Lock first = locks.take("a")) {
            assertThat(first).isNotNull();
            assertThatThrownBy(() -> locks.take("a")).isInstanceOfSatisfying(RpcFailure.class,
                    failure -> assertThat(failure.code()).isEqualTo(Code.ABORTED)).hasMessageContaining("try again");
        }
        locks.take("a").close();
    }

    @Test
    void a_lock_that_was_given_back_twice_does_not_give_back_anothers() {
        VolumeLocks.Lock first = locks.take("a");
        first.close();
        try (VolumeLocks.Lock second = locks.take("a")) {
            assertThat(second).isNotNull();
            first.close();
            assertThatThrownBy(() -> locks.take("a")).isInstanceOf(RpcFailure.class);
        }
    }

    @Test
    void other_volumes_know_nothing_of_it() {
        try (VolumeLocks.Lock first = locks.take("a"); VolumeLocks.Lock second = locks.take("b")) {
            assertThat(first).isNotSameAs(second);
        }
    }

    @Test
    void of_many_that_come_at_once_one_is_inside() {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 2000; i++) {
                threads.execute(() -> {
                    try (VolumeLocks.Lock lock = locks.take("a")) {
                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        done.incrementAndGet();
                        inside.decrementAndGet();
                        assertThat(lock).isNotNull();
                    } catch (RpcFailure e) {
                        assertThat(e.code()).isEqualTo(Code.ABORTED);
                    }
                });
            }
        }
        assertThat(most).hasValue(1);
        assertThat(done).hasPositiveValue();
    }
}
