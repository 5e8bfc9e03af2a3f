package io.dysk.kernelsuite.pressure;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.kernelsuite.Arguments;
import io.dysk.kernelsuite.Device;
import io.dysk.kernelsuite.Effort;
import io.dysk.kernelsuite.Figures;
import io.dysk.kernelsuite.FioResult;
import io.dysk.kernelsuite.Node;
import io.dysk.kernelsuite.OnOneNode;
import io.dysk.kernelsuite.PageBlob;
import io.dysk.kernelsuite.State;
import io.dysk.kernelsuite.Tools;
import io.dysk.kernelsuite.Values;
import io.dysk.vm.Command;
import io.dysk.vm.CommandResult;
import io.dysk.vm.KernelTest;
import io.dysk.vm.VirtualMachine;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** Memory that isn't there when it is asked for: calls say so and leave nothing behind, and I/O goes on. */
@KernelTest
@Tag("pressure")
@EnabledIf(value = "io.dysk.kernelsuite.pressure.FaultInjection#possible",
        disabledReason = "the kernel can't make allocations fail: the debug kernel can")
class FailingAllocationsTest extends OnOneNode {
    private static final int MIB = 1 << 20;
    private static final Duration LONG = Duration.ofSeconds(120);

    private final Effort effort = Effort.asked(Duration.ofSeconds(15));
    private final Figures figures = new Figures("pressure-allocations");

    FailingAllocationsTest(VirtualMachine vm) {
        super(vm);
        vm.put(Tools.program("ioctlfuzz"), "/usr/bin/ioctlfuzz");
    }

    @AfterAll
    void report() {
        figures.report();
    }

    /** One after the other, every allocation and every copy from and to the caller that a call needs. */
    @Test
    void aCallThatLacksAnyOneAllocationFailsCleanlyOrSucceeds() {
        PageBlob blob = endpoint.create("starved", 4 * MIB);
        vm.output(Command.of("dysktool template /run/starved " + Arguments.of(blob.attach()))
                .withStdin(blob.attach().credential().secret().getBytes(StandardCharsets.UTF_8)));

        CommandResult result;
        try (FaultInjection injection = new FaultInjection(vm)) {
            injection.inTheModule(0);
            result = vm.run(Command.of("ioctlfuzz starved 0 0 /run/starved").within(LONG));
        }

        assertThat(result.exit()).as(result.toString()).isZero();
        Values ended = Values.parse(result.stdout());
        for (String call : new String[] {"attach", "update", "detach", "list", "resize", "stats", "get"}) {
            figures.add("points", ended.number(call + "_points"));
        }
        assertThat(ended.number("attach.ENOMEM")).as("attach without memory").isGreaterThan(5);
        assertThat(ended.number("attach_points")).as("what attach asks for").isGreaterThan(10);
        assertThat(node.list()).isEmpty();
    }

    @Test
    void anAttachThatOftenLacksMemoryOnTheWaySucceedsOrSaysWhy() {
        PageBlob blob = endpoint.create("unlucky", 4 * MIB);
        int attached = 0;
        int tries = effort.of(12, 60);

        try (FaultInjection injection = new FaultInjection(vm)) {
            injection.inTheModule(1);
            for (int i = 0; i < tries; i++) {
                Values result = Values.parse(vm.run(Command.of("dysktool attach " + Arguments.of(blob.attach()))
                        .withStdin(blob.attach().credential().secret().getBytes(StandardCharsets.UTF_8))).stdout());
                if (result.toString().contains("attach_id")) {
                    attached++;
                    vm.output("dysktool detach " + result.number("index") + " force");
                } else {
                    assertThat(result.text("errno")).isIn("ENOMEM", "ENOBUFS", "ETIMEDOUT", "EFAULT");
                }
            }
        }

        figures.add("unlucky attaches", tries).add("of these attached", attached);
        assertThat(node.list()).isEmpty();
        node.attach(blob.attach()).detach();
    }

    /** With nothing on its way no acknowledgement comes that would make the socket call; it has to all the same. */
    @Test
    void aWriteThatLacksAnyOneAllocationIsSentALittleLater() {
        Device device = node.attach(endpoint.create("starved-write", 4 * MIB).attach());

        Values written;
        try (FaultInjection injection = new FaultInjection(vm)) {
            injection.inTheModule(0);
            written = Values.parse(vm.output(Command.of("ioctlfuzz starved-write " + device.path()).within(LONG)));
        }

        figures.add("points", written.number("points")).most("slowest write (s)", written.number("slowest_ms") / 1e3);
        assertThat(written.number("points")).as("what a write asks for").isPositive();
        assertThat(written.number("slowest_ms")).as("ms; half of a request's time is 15 s").isLessThan(5_000);
        assertThat(device.stats().number("write_retries")).isZero();
        device.detach();
    }

    @Test
    void inputAndOutputGoOnWhenTheModuleLacksMemory() {
        verifiedLoad("lacking", injection -> injection.inTheModule(10));
    }

    @Test
    void inputAndOutputGoOnWhenTheNetworkLacksMemory() {
        verifiedLoad("dropping", injection -> injection.inReceiving(2));
    }

    /** Connections are closed and opened again all the time, which asks for most memory. */
    private void verifiedLoad(String name, Consumer<FaultInjection> shortage) {
        PageBlob blob = endpoint.create(name, 64 * MIB);
        Device device = node.attach(blob.attach().with("idle_ms", 50));
        String fio = Node.fioLine("--rw=randwrite --verify=crc32c --do_verify=1 --bs=4k-64k --iodepth=8 --thinktime=20ms"
                + " --thinktime_blocks=8 --size=" + effort.of(8, 64) + "m --filename=" + device.path());

        CommandResult result;
        try (FaultInjection injection = new FaultInjection(vm)) {
            shortage.accept(injection);
            result = vm.run(Command.of(fio).within(effort.time().plus(LONG)));
        }

        assertThat(result.exit()).as(result.toString()).isZero();
        Values stats = device.stats();
        assertThat(stats.number("read_failed") + stats.number("write_failed")).as("failed").isZero();
        assertThat(stats.number("write_done")).as("written").isPositive();
        double slowest = FioResult.parse(result.stdout()).slowestMilliseconds();
        assertThat(slowest).as("ms; one that stands still until somebody looks takes 15 s").isLessThan(10_000);
        assertThat(device.state()).isEqualTo(State.LIVE);
        figures.add("requests", stats.number("read_done") + stats.number("write_done"))
                .add("connections", stats.number("connects")).most("slowest request (s)", slowest / 1e3);
        device.detach();
    }
}
