package io.dysk.kernelsuite;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.vm.KernelConfig;
import io.dysk.vm.KernelTest;
import io.dysk.vm.VirtualMachine;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** fio writes blocks that carry their own checksums, reads them back, and finds what it wrote. */
@KernelTest
class FioVerifyTest extends OnOneNode {
    private static final int MIB = 1 << 20;
    private static final String VERIFY = " --verify=crc32c --verify_fatal=1 --do_verify=1 ";
    /** For a request, the device's own where the kernel isn't slow: nothing may be tried again. */
    private static final Duration IN_TIME = KernelConfig.ofDefault().patience(Duration.ofSeconds(30));

    FioVerifyTest(VirtualMachine vm) {
        super(vm);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 64})
    void randomWritesOf512BytesTo64KiB(int depth) {
        Device device = attach("random-" + depth, 64);

        FioResult result = node.fio(VERIFY + "--filename=" + device.path()
                + " --rw=randwrite --bsrange=512-64k --size=4m --iodepth=" + depth);

        verified(result, 4 * MIB);
        nothingWentWrong(device);
    }

    @Test
    void randomWritesUpTo4MiB() {
        Device device = attach("random-large", 16);

        FioResult result = node.fio(VERIFY + "--filename=" + device.path()
                + " --rw=randwrite --bsrange=512-4m --size=48m --iodepth=16");

        verified(result, 48 * MIB);
        nothingWentWrong(device);
    }

    @ParameterizedTest
    @ValueSource(strings = {"512", "4k", "1m", "4m"})
    void sequentialWrites(String size) {
        Device device = attach("sequential-" + size, 8);
        int total = size.equals("512") ? MIB / 4 : size.equals("4k") ? 2 * MIB : 32 * MIB;

        FioResult result = node.fio(VERIFY + "--filename=" + device.path() + " --rw=write --bs=" + size + " --size=" + total
                + " --iodepth=8");

        verified(result, total);
        nothingWentWrong(device);
    }

    @Test
    void readsAndWritesAtTheSameTime() {
        Device device = attach("mixed", 8);

        FioResult result = node.fio(VERIFY + "--filename=" + device.path()
                + " --rw=randrw --rwmixread=40 --bsrange=4k-256k --size=16m --iodepth=16");

        assertThat(result.error()).isZero();
        assertThat(result.reads()).isPositive();
        assertThat(result.writeBytes()).isPositive();
        nothingWentWrong(device);
    }

    @Test
    void writesBesideDiscards() {
        PageBlob blob = endpoint.create("trimmed", 64L * MIB);
        Device device = node.attach(blob.attach());
        vm.output("dd if=/dev/urandom of=" + device.path() + " bs=1M seek=8 count=8 oflag=direct");

        FioResult result = node.fio(VERIFY + "--filename=" + device.path() + " --rw=randwrite --bs=16k --size=8m --iodepth=8"
                + " --name=trims --filename=" + device.path() + " --rw=randtrim --bs=16k --offset=8m --size=8m --direct=1"
                + " --ioengine=libaio --iodepth=8");

        verified(result, 8 * MIB);
        assertThat(device.stats().number("clear_bytes")).isEqualTo(8 * MIB);
        assertThat(blob.read(8 * MIB, 8 * MIB)).containsOnly(0);
        nothingWentWrong(device);
    }

    @Test
    void blocksDiscardedBeforeTheyAreWrittenAgain() {
        Device device = attach("trim-write", 8);

        FioResult result = node.fio(VERIFY + "--filename=" + device.path() + " --rw=trimwrite --bs=32k --size=4m --iodepth=8");

        verified(result, 4 * MIB);
        assertThat(result.trims()).isEqualTo(4 * MIB / (32 << 10));
        nothingWentWrong(device);
    }

    @Test
    void severalJobsOnPartsOfTheDevice() {
        Device device = attach("jobs", 32);

        FioResult result = node.fio(VERIFY + "--filename=" + device.path()
                + " --rw=randwrite --bs=8k --size=2m --numjobs=4 --offset_increment=8m --iodepth=8");

        verified(result, 8 * MIB);
        nothingWentWrong(device);
    }

    private Device attach(String name, int connections) {
        return node.attach(endpoint.create(name, 64L * MIB).attach().with("conns", connections).with("request_ms", IN_TIME.toMillis()));
    }

    /** All was written, and at least as much read to verify it. */
    private static void verified(FioResult result, long bytes) {
        assertThat(result.error()).isZero();
        assertThat(result.writeBytes()).isEqualTo(bytes);
        assertThat(result.readBytes()).isGreaterThanOrEqualTo(bytes);
    }

    private static void nothingWentWrong(Device device) {
        Values stats = device.stats();
        for (String op : new String[] {"read", "write", "clear"}) {
            assertThat(stats.number(op + "_failed")).as(op).isZero();
            assertThat(stats.number(op + "_retries")).as(op).isZero();
        }
        assertThat(stats.number("bad_answers")).isZero();
        assertThat(stats.number("fences")).isZero();
    }
}
