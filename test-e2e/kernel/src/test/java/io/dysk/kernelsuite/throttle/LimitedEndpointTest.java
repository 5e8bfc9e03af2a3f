package io.dysk.kernelsuite.throttle;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blobserver.limit.Limit;
import io.dysk.blobserver.limit.Limits.Usage;
import io.dysk.kernelsuite.Device;
import io.dysk.kernelsuite.Endpoint;
import io.dysk.kernelsuite.Figures;
import io.dysk.kernelsuite.FioResult;
import io.dysk.kernelsuite.Node;
import io.dysk.kernelsuite.OnOneNode;
import io.dysk.kernelsuite.PageBlob;
import io.dysk.kernelsuite.State;
import io.dysk.vm.Command;
import io.dysk.vm.KernelTest;
import io.dysk.vm.VirtualMachine;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The endpoint that the other tests have, with limits, in the time of the day: a host may be too slow to reach a limit, so nothing is said here
 * about how much of it the device gets ({@link ThrottleTest} does that), but for work that is to be done however long it takes.
 */
@KernelTest
@Tag("throttle")
class LimitedEndpointTest extends OnOneNode {
    private static final int MIB = 1 << 20;
    private static final Limit LOW = Limit.P20.withRequests(60).withBytes(4_000_000);

    LimitedEndpointTest(VirtualMachine vm) {
        super(vm);
    }

    @AfterEach
    void liftLimits() {
        endpoint.server().limits().clear();
    }

    @Test
    void whatIsRefusedIsDoneLaterAndTheDeviceIsAsFastAgainWithoutLimits() {
        PageBlob blob = endpoint.create("limited", 64 * MIB);
        Device device = node.attach(blob.attach().with("conns", 16));
        load(device, 100);
        Duration free = timeOf(() -> load(device, 300));

        endpoint.server().limits().blob(path(blob), LOW);
        Usage before = usage(blob);
        Duration limited = timeOf(() -> load(device, 300));
        Usage after = usage(blob);

        double allowed = after.allowed() - before.allowed();
        double refused = after.refused() - before.refused();
        new Figures("throttle-endpoint").set("300 requests without limits, s", free.toMillis() / 1e3)
                .set("at 60 a second, s", limited.toMillis() / 1e3).set("refused", refused).report();
        assertThat(allowed).as("requests that were done").isEqualTo(300);
        assertThat(limited).as("time in which 300 are allowed, less those in the bucket").isGreaterThanOrEqualTo(Duration.ofMillis(4800));
        assertThat(refused).as("refused").isBetween(1.0, 150.0);
        assertThat(device.state()).isEqualTo(State.LIVE);
        assertThat(device.stats().number("fences")).as("what is refused is not applied: nothing to settle").isZero();
        assertThat(Long.parseLong(device.attribute("pace_requests"))).as("what the device has found the limit to be").isBetween(30L, 90L);
    }

    /** So many writes of 4 KiB, from eight at a time; none of them fails. */
    private void load(Device device, int requests) {
        FioResult result = FioResult.parse(vm.output(Command.of(Node.fioLine("--filename=" + device.path()
                + " --size=64m --rw=randwrite --bs=4k --iodepth=8 --io_size=" + 4096 * requests)).within(Duration.ofMinutes(5))));
        assertThat(result.error()).isZero();
        assertThat(result.writes()).isEqualTo(requests);
    }

    private static Duration timeOf(Runnable work) {
        long begin = System.nanoTime();
        work.run();
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private Usage usage(PageBlob blob) {
        return endpoint.server().limits().usage().stream().filter(usage -> usage.of().equals(path(blob))).findFirst().orElseThrow();
    }

    private static String path(PageBlob blob) {
        return Endpoint.ACCOUNT + "/" + Endpoint.CONTAINER + "/" + blob.name();
    }
}
