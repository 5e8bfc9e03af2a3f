package io.dysk.kernelsuite.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blob.LeaseHolder;
import io.dysk.blob.LeaseId;
import io.dysk.blobserver.blob.AppliedWrite;
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
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A node with as many devices as it can be asked for; the last is attached as quickly as the first. */
@KernelTest
@NeedsFastKernel("it compares times")
class ScaleTest extends OnOneNode {
    private static final int DEVICES = 256;
    private static final int ENDS = 32;

    /** Each device gets its own number, over and over; when all have it, all are read. */
    private static final String WRITE_ALL_THEN_READ_ALL = """
            import mmap, os
            size = 65536
            buffer = mmap.mmap(-1, size)
            def content(i):
                return (b"%-4d" % i) * (size // 4)
            files = [os.open("/dev/dysk%d" % i, os.O_RDWR | os.O_DIRECT) for i in range(256)]
            for i, file in enumerate(files):
                buffer[:] = content(i)
                assert os.pwrite(file, buffer, 0) == size
            for i, file in enumerate(files):
                assert os.preadv(file, [buffer], 0) == size
                assert buffer[:] == content(i), i
            """;

    ScaleTest(VirtualMachine vm) {
        super(vm);
    }

    @Test
    void twoHundredAndFiftySixDevicesAtTheSameTime() {
        List<PageBlob> blobs = blobs();
        // What it does to each new device is not ours to measure, and takes minutes in an emulated machine.
        vm.output("udevadm control --exit");

        List<Double> times = hold(blobs.getFirst());

        // The quickest of each: what else the host does slows some down, and nothing makes one quicker than it can be.
        double first = Collections.min(times.subList(0, ENDS));
        double last = Collections.min(times.subList(DEVICES - ENDS, DEVICES));
        assertThat(last).as("ms to a usable device, the last ones; the first ones: %s", first).isLessThanOrEqualTo(2 * first);
        assertThat(node.list().stream().map(values -> values.text("blob")))
                .containsExactlyElementsOf(blobs.stream().map(PageBlob::name).toList());

        vm.output(Command.of("python3 -c '" + WRITE_ALL_THEN_READ_ALL + "'").within(Duration.ofSeconds(120)));
        for (PageBlob blob : blobs) {
            assertThat(blob.changes(AppliedWrite.Kind.UPDATE).stream().mapToLong(AppliedWrite::length).sum())
                    .as(blob.name()).isEqualTo(64 << 10);
            assertThat("scale-" + new String(blob.read(0, 4), StandardCharsets.US_ASCII).strip()).isEqualTo(blob.name());
        }

        vm.output(Command.of("for i in $(seq 0 " + (DEVICES - 1) + "); do dysktool detach $i || exit 1; done")
                .within(Duration.ofSeconds(180)));
        assertThat(node.list()).isEmpty();
        vm.output("rmmod dysk && modprobe dysk");
    }

    /** One lease id does for all: each blob has a lease of its own. */
    private List<PageBlob> blobs() {
        LeaseId lease = new LeaseId(UUID.randomUUID());
        List<PageBlob> blobs = new ArrayList<>();
        for (int i = 0; i < DEVICES; i++) {
            PageBlob blob = endpoint.createUnleased("scale-" + i, 1 << 20);
            endpoint.store().acquireLease(blob.address(), new LeaseHolder("node", lease));
            blobs.add(new PageBlob(endpoint, blob.name(), lease.toString()));
        }
        return blobs;
    }

    private List<Double> hold(PageBlob any) {
        return vm.output(Command.of("dysktool hold " + DEVICES + " scale-%lu " + Arguments.of(any.attach()))
                        .withStdin(any.attach().credential().secret().getBytes(StandardCharsets.UTF_8))
                        .within(Duration.ofSeconds(180)))
                .lines().map(line -> Double.parseDouble(Values.parse(line).text("usable_ms"))).toList();
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}
