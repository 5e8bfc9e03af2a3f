package io.dysk.kernelsuite.pressure;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.kernelsuite.Device;
import io.dysk.kernelsuite.OnOneNode;
import io.dysk.kernelsuite.PageBlob;
import io.dysk.kernelsuite.Tools;
import io.dysk.kernelsuite.Values;
import io.dysk.vm.Command;
import io.dysk.vm.CommandResult;
import io.dysk.vm.KernelTest;
import io.dysk.vm.Machine;
import io.dysk.vm.VirtualMachine;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Memory is freed by writing to a device of ours: the I/O path must get along with what the kernel keeps for that. A
 * driver that waits for memory while it writes some out stops the whole machine within seconds.
 */
@KernelTest
@Tag("pressure")
class MemoryPressureTest extends OnOneNode {
    private static final int MIB = 1 << 20;
    private static final int DIRTY_MIB = 180;

    MemoryPressureTest(@Machine(memoryMiB = 128) VirtualMachine vm) {
        super(vm);
        vm.put(Tools.program("dirty"), "/usr/bin/dirty");
    }

    @Test
    void swapOnADeviceSurvivesMoreThanTheMachineHas() {
        PageBlob blob = endpoint.create("swap", 512 * MIB);
        Device device = node.attach(blob.attach());
        // The network card's own buffers, in softirq: packets are lost then, and sent again. We never allocate so.
        vm.allowInKernelLog("page allocation failure: order:0, mode:0x820\\(GFP_ATOMIC\\)");
        vm.output("mkswap " + device.path() + " && swapon " + device.path());

        CommandResult dirty = vm.run(Command.of("dirty " + DIRTY_MIB + " 1").within(Duration.ofSeconds(240)));

        assertThat(dirty.exit()).as(dirty.toString()).isZero();
        assertThat(dirty.stdout()).contains("round=0 ok");
        Values stats = device.stats();
        assertThat(stats.number("write_bytes")).as("swapped out").isGreaterThan((DIRTY_MIB - 128L) * MIB);
        assertThat(stats.number("read_bytes")).as("swapped in").isGreaterThan(20L * MIB);
        assertThat(stats.number("write_failed") + stats.number("read_failed")).isZero();
        vm.output(Command.of("swapoff " + device.path()).within(Duration.ofSeconds(120)));
    }
}
