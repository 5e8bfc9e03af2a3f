package io.dysk.kernelsuite.throttle;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blobserver.limit.Limit;
import io.dysk.blobserver.limit.Limits.Usage;
import io.dysk.kernelsuite.Device;
import io.dysk.kernelsuite.Effort;
import io.dysk.kernelsuite.Endpoint;
import io.dysk.kernelsuite.Figures;
import io.dysk.kernelsuite.FioResult;
import io.dysk.kernelsuite.Node;
import io.dysk.kernelsuite.OnOneNode;
import io.dysk.kernelsuite.PageBlob;
import io.dysk.kernelsuite.State;
import io.dysk.vm.Command;
import io.dysk.vm.KernelTest;
import io.dysk.vm.RunningCommand;
import io.dysk.vm.VirtualMachine;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A blob with limits gives all that it has, and hardly ever has to refuse anything: the device finds out how much that is and keeps to it.
 *
 * <p>The limits are a P20's in a thorough run: 2,300 requests and 150 MB a second, 2 ms to an answer. A short run has limits that an emulated
 * machine reaches even if its host is busy, and is content with less.
 */
@KernelTest
@Tag("throttle")
class ThrottleTest extends OnOneNode {
    private static final int MIB = 1 << 20;
    private static final Limit MODEST = Limit.P20.withRequests(200).withBytes(8_000_000);

    private final Effort effort = Effort.asked(Duration.ofSeconds(6));
    private final Limit limit = effort.thorough() ? Limit.P20 : MODEST;
    private final Duration warmUp = effort.thorough() ? Duration.ofSeconds(10) : Duration.ofSeconds(4);

    /** What loads the device, and which limit it meets. */
    enum Load {
        SMALL_WRITES("--rw=randwrite --bs=4k --iodepth=32", false),
        SMALL_READS("--rw=randread --bs=4k --iodepth=32", false),
        BOTH_FROM_FOUR_JOBS("--rw=randrw --bs=4k --iodepth=8 --numjobs=4", false),
        LARGE_WRITES("--rw=write --bs=512k --iodepth=8", true),
        LARGE_READS("--rw=read --bs=512k --iodepth=8", true);

        private final String options;
        private final boolean bytes;

        Load(String options, boolean bytes) {
            this.options = options;
            this.bytes = bytes;
        }
    }

    /** What was let through and refused in a time. */
    private record Steady(double requests, double bytes, double refusedShare) {}

    ThrottleTest(VirtualMachine vm) {
        super(vm);
    }

    @AfterEach
    void liftLimits() {
        endpoint.server().limits().clear();
    }

    /** A short run has one load for each limit. */
    static List<Load> loads() {
        return Effort.asked(Duration.ZERO).thorough() ? List.of(Load.values()) : List.of(Load.SMALL_WRITES, Load.LARGE_READS);
    }

    @ParameterizedTest
    @MethodSource("loads")
    void theDeviceTakesWhatTheServiceGivesAndIsHardlyEverRefused(Load load) {
        PageBlob blob = endpoint.create("throttled-" + load.name().toLowerCase(), 64 * MIB);
        Device device = node.attach(blob.attach().with("conns", 16));
        limit(blob, limit);
        RunningCommand fio = start(device, load.options, 1);

        Steady steady = measure(blob);

        FioResult result = FioResult.parse(fio.await().stdout());
        double given = load.bytes ? limit.bytesPerSecond() : limit.requestsPerSecond();
        double share = (load.bytes ? steady.bytes : steady.requests) / given;
        new Figures("throttle-" + load.name().toLowerCase().replace('_', '-')).set("seconds", effort.time().toSeconds())
                .set("requests/s", steady.requests).set("MB/s", steady.bytes / 1e6).set("share of the limit", share)
                .set("refused share", steady.refusedShare).set("slowest request, ms", result.slowestMilliseconds()).report();
        assertThat(result.error()).isZero();
        assertThat(share).as("share of the limit").isBetween(effort.thorough() ? 0.99 : 0.6, 1.05);
        assertThat(steady.refusedShare).as("refused").isLessThanOrEqualTo(effort.thorough() ? 0.01 : 0.35);
        assertThat(result.slowestMilliseconds()).as("no request starves").isLessThan(3000);
        assertThat(device.state()).isEqualTo(State.LIVE);
        assertThat(device.stats().number("fences")).as("what is refused is not applied: nothing to settle").isZero();
    }

    @Test
    @Tag("long")
    void aLimitThatGoesIsForgottenAndOneThatComesIsFound() {
        PageBlob blob = endpoint.create("tier-changes", 64 * MIB);
        Device device = node.attach(blob.attach().with("conns", 16));
        limit(blob, MODEST);
        RunningCommand fio = start(device, Load.SMALL_WRITES.options, 3);
        Steady before = measure(blob);

        limit(blob, MODEST.withRequests(MODEST.requestsPerSecond() / 2));
        Steady halved = measure(blob);
        limit(blob, MODEST);
        // Twice what was refused last: some six seconds up the curve.
        Steady back = measure(blob);

        assertThat(FioResult.parse(fio.await().stdout()).error()).isZero();
        assertThat(halved.requests).isBetween(0.4 * before.requests, 0.6 * before.requests);
        assertThat(halved.refusedShare).isLessThan(0.05);
        assertThat(back.requests).isGreaterThan(1.4 * halved.requests);
        assertThat(Long.parseLong(device.attribute("pace_requests"))).isPositive();
        assertThat(device.state()).isEqualTo(State.LIVE);
    }

    private void limit(PageBlob blob, Limit limit) {
        endpoint.server().limits().blob(path(blob), limit);
    }

    private static String path(PageBlob blob) {
        return Endpoint.ACCOUNT + "/" + Endpoint.CONTAINER + "/" + blob.name();
    }

    /** @param times how often it will be measured */
    private RunningCommand start(Device device, String load, int times) {
        long seconds = times * warmUp.plus(effort.time()).toSeconds() + 3;
        return vm.start(Command.of(Node.fioLine("--filename=" + device.path() + " --size=64m --time_based --runtime=" + seconds + " " + load))
                .within(Duration.ofSeconds(seconds + 180)));
    }

    private Steady measure(PageBlob blob) {
        pass(warmUp);
        Usage before = usage(blob);
        long begin = System.nanoTime();
        pass(effort.time());
        Usage after = usage(blob);
        double seconds = (System.nanoTime() - begin) / 1e9;
        double allowed = after.allowed() - before.allowed();
        double refused = after.refused() - before.refused();
        return new Steady(allowed / seconds, (after.bytes() - before.bytes()) / seconds, refused / Math.max(1, allowed + refused));
    }

    private Usage usage(PageBlob blob) {
        return endpoint.server().limits().usage().stream().filter(usage -> usage.of().equals(path(blob))).findFirst().orElseThrow();
    }

    /** Rates are counted over a time, and that has to pass. */
    private static void pass(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
