package io.dysk.kernelsuite.throttle;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blobserver.limit.Limit;
import io.dysk.kernelsuite.Effort;
import io.dysk.kernelsuite.Figures;
import io.dysk.vm.Acceleration;
import io.dysk.vm.KernelTest;
import io.dysk.vm.Machine;
import io.dysk.vm.NeedsFastKernel;
import io.dysk.vm.VirtualMachine;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A blob with limits gives all that it has, and hardly ever has to refuse anything: the device finds out how much that is and keeps to it. The
 * limits are a P20's: 2,300 requests and 150 MB a second, 2 ms to an answer. The service and the load are in one machine that counts
 * instructions instead of time, so that what is measured repeats whatever the host does.
 */
@KernelTest
@Tag("throttle")
@NeedsFastKernel("its one emulated processor can't ask for as much as the limits allow")
class ThrottleTest {
    /** In a short run: a large request is many instructions. */
    private static final Limit FEWER_BYTES = Limit.P20.withBytes(25_000_000);

    /** At most, as an emulated machine takes ten minutes and more for that much of large requests. */
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private final Effort effort = Effort.asked(Duration.ofSeconds(6));
    private final Duration measured = effort.time().compareTo(LONGEST) < 0 ? effort.time() : LONGEST;
    private final LimitedService service;

    /** What loads the device, and which limit it meets. */
    enum Load {
        SMALL_WRITES("--rw=randwrite --bs=4k --iodepth=32", false),
        SMALL_READS("--rw=randread --bs=4k --iodepth=32", false),
        BOTH_FROM_FOUR_JOBS("--rw=randrw --bs=4k --iodepth=8 --numjobs=4", false),
        WRITES_OF_512_KIB("--rw=write --bs=512k --iodepth=8", true),
        READS_OF_512_KIB("--rw=read --bs=512k --iodepth=8", true),
        WRITES_OF_1_MIB("--rw=write --bs=1m --iodepth=8", true),
        READS_OF_1_MIB("--rw=read --bs=1m --iodepth=8", true);

        private final String options;
        private final boolean bytes;

        Load(String options, boolean bytes) {
            this.options = options;
            this.bytes = bytes;
        }
    }

    ThrottleTest(@Machine(acceleration = Acceleration.ICOUNT, cpus = 1) VirtualMachine vm) {
        service = new LimitedService(vm);
    }

    /** A short run has one load for each limit. */
    static List<Load> loads() {
        return Effort.asked(Duration.ZERO).thorough() ? List.of(Load.values()) : List.of(Load.SMALL_WRITES, Load.READS_OF_512_KIB);
    }

    @ParameterizedTest
    @MethodSource("loads")
    void theDeviceTakesWhatTheServiceGivesAndIsHardlyEverRefused(Load load) {
        Limit limit = effort.thorough() || !load.bytes ? Limit.P20 : FEWER_BYTES;
        Duration warmUp = Duration.ofSeconds(effort.of(3, 10));

        LimitedService.Run run = service.run(load.options, warmUp, measured, List.of(limit));

        LimitedService.Steady steady = run.steady().getFirst();
        double share = load.bytes ? steady.bytesPerSecond() / limit.bytesPerSecond()
                : steady.requestsPerSecond() / limit.requestsPerSecond();
        new Figures("throttle-" + load.name().toLowerCase().replace('_', '-')).set("virtual seconds", measured.toSeconds())
                .set("requests/s", steady.requestsPerSecond()).set("MB/s", steady.bytesPerSecond() / 1e6).set("share of the limit", share)
                .set("refused share", steady.refusedShare()).set("slowest request, ms", run.load().slowestMilliseconds()).report();
        run.assertWell();
        // The buckets let a tenth of a second's worth through at once.
        double burst = 0.1 / measured.toSeconds();
        assertThat(share).as("share of the limit").isBetween(effort.thorough() ? 0.99 : 0.97, 1.005 + burst);
        assertThat(steady.refusedShare()).as("refused").isLessThanOrEqualTo(effort.thorough() ? 0.01 : 0.03);
        assertThat(run.load().slowestMilliseconds()).as("no request starves").isLessThan(1000);
    }

    @Test
    @Tag("long")
    void aLimitThatGoesIsForgottenAndOneThatComesIsFound() {
        Limit whole = Limit.P20.withRequests(1000);
        Limit half = Limit.P20.withRequests(500);

        // Twice what was refused last: some six seconds up the curve.
        LimitedService.Run run = service.run(Load.SMALL_WRITES.options, Duration.ofSeconds(7), Duration.ofSeconds(3), List.of(whole, half, whole));

        List<LimitedService.Steady> steady = run.steady();
        new Figures("throttle-changes").set("requests/s at 1000", steady.get(0).requestsPerSecond())
                .set("at 500", steady.get(1).requestsPerSecond()).set("at 1000 again", steady.get(2).requestsPerSecond())
                .set("refused share at 500", steady.get(1).refusedShare()).set("slowest request, ms", run.load().slowestMilliseconds()).report();
        run.assertWell();
        assertThat(steady.get(0).requestsPerSecond()).isBetween(970.0, 1040.0);
        assertThat(steady.get(1).requestsPerSecond()).isBetween(485.0, 520.0);
        assertThat(steady.get(1).refusedShare()).isLessThan(0.02);
        assertThat(steady.get(2).requestsPerSecond()).isBetween(800.0, 1040.0);
    }
}
