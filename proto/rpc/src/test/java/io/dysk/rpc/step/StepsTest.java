package io.dysk.rpc.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepsTest {
    private enum Sample implements Step {
        LEASED, ATTACHED;

        @Override
        public String label() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        @Override
        public String call() {
            return "NodeStageVolume";
        }
    }

    private final List<String> heard = new ArrayList<>();
    private final List<Duration> times = new ArrayList<>();

    @Test
    void each_step_is_told_at_once_to_all_who_listen_the_first_one_first() {
        StepListener one = (step, volume, took) -> heard.add("one " + step.label() + " " + volume);
        StepListener two = (step, volume, took) -> heard.add("two " + step.label() + " " + volume);
        Steps steps = Steps.begin(one.and(two).and(StepListener.NONE), "a/b/c");
        assertThat(heard).isEmpty();
        steps.reached(Sample.LEASED);
        assertThat(heard).containsExactly("one leased a/b/c", "two leased a/b/c");
        steps.reached(Sample.ATTACHED);
        assertThat(heard).endsWith("one attached a/b/c", "two attached a/b/c");
    }

    @Test
    void a_steps_time_begins_with_the_step_before() {
        long begin = System.nanoTime();
        Steps steps = Steps.begin((step, volume, took) -> times.add(took), "");
        steps.reached(Sample.LEASED);
        steps.reached(Sample.ATTACHED);
        Duration all = Duration.ofNanos(System.nanoTime() - begin);
        assertThat(times).hasSize(2).allMatch(took -> !took.isNegative());
        assertThat(times.get(0).plus(times.get(1))).isLessThanOrEqualTo(all);
    }
}
