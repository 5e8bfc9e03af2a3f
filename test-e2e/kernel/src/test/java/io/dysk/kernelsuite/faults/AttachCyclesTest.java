package io.dysk.kernelsuite.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.kernelsuite.Arguments;
import io.dysk.kernelsuite.OnOneNode;
import io.dysk.kernelsuite.PageBlob;
import io.dysk.kernelsuite.Values;
import io.dysk.vm.Command;
import io.dysk.vm.KernelTest;
import io.dysk.vm.NeedsFastKernel;
import io.dysk.vm.VirtualMachine;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two thousand times attached and detached: nothing is left behind, and it takes no longer than it may. */
@KernelTest
@Tag("long")
@NeedsFastKernel("it measures times and memory, and the checks need both")
class AttachCyclesTest extends OnOneNode {
    private static final int BATCHES = 10;
    private static final int BATCH = 200;
    private static final long MAY_GROW_KIB = 2048;
    private static final double MAY_TAKE_MS = 100;

    AttachCyclesTest(VirtualMachine vm) {
        super(vm);
    }

    @Test
    void twoThousandCyclesLeaveNothingBehind() {
        PageBlob blob = endpoint.create("cycles", 1 << 20);
        // It would open each device, and so be part of what is measured.
        vm.output("udevadm control --exit");
        List<Double> usable = new ArrayList<>();
        List<Double> detach = new ArrayList<>();
        List<Long> kernelMemory = new ArrayList<>();

        for (int batch = 0; batch < BATCHES; batch++) {
            cycle(blob).forEach(values -> {
                usable.add(Double.parseDouble(values.text("usable_ms")));
                detach.add(Double.parseDouble(values.text("detach_ms")));
            });
            kernelMemory.add(unreclaimableKib());
        }

        assertThat(usable).hasSize(BATCHES * BATCH);
        assertThat(ScaleTest.median(usable)).as("ms from the call to the first block read").isLessThan(MAY_TAKE_MS);
        assertThat(ScaleTest.median(detach)).as("ms to detach").isLessThan(MAY_TAKE_MS);
        // The first batch warms up caches of the kernel.
        assertThat(kernelMemory.getLast() - kernelMemory.getFirst()).as("growth in KiB of %s", kernelMemory).isLessThan(MAY_GROW_KIB);
        assertThat(growthPerCycleBytes(kernelMemory)).as("bytes a cycle, of %s KiB", kernelMemory).isLessThan(512);
        assertThat(vm.output("ls /sys/block")).doesNotContain("dysk");
        vm.output("rmmod dysk");
        vm.output("modprobe dysk");
    }

    private List<Values> cycle(PageBlob blob) {
        return vm.output(Command.of("dysktool cycle " + BATCH + " " + Arguments.of(blob.attach()))
                        .withStdin(blob.attach().credential().secret().getBytes(StandardCharsets.UTF_8))
                        .within(Duration.ofSeconds(120)))
                .lines().map(Values::parse).toList();
    }

    /** What the kernel has allocated for itself, when what it can give back is given back. */
    private long unreclaimableKib() {
        return Long.parseLong(vm.output("sync; echo 3 > /proc/sys/vm/drop_caches; sleep 0.5;"
                + " awk '/^(SUnreclaim|VmallocUsed|Percpu):/ { kib += $2 } END { print kib }' /proc/meminfo"));
    }

    /** The slope of a straight line through the figures: a leak of one small object a cycle shows, noise doesn't. */
    private static double growthPerCycleBytes(List<Long> kib) {
        double n = kib.size();
        double meanX = (n - 1) / 2;
        double meanY = kib.stream().mapToLong(Long::longValue).average().orElseThrow();
        double covariance = 0;
        double variance = 0;
        for (int i = 0; i < n; i++) {
            covariance += (i - meanX) * (kib.get(i) - meanY);
            variance += (i - meanX) * (i - meanX);
        }
        return covariance / variance * 1024 / BATCH;
    }
}
