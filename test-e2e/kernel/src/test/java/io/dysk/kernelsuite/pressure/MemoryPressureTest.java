package io.dysk.kernelsuite.pressure;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.Fault.Kind;
import io.dysk.blobserver.fault.FaultRule;
import io.dysk.kernelsuite.Device;
import io.dysk.kernelsuite.Effort;
import io.dysk.kernelsuite.Figures;
import io.dysk.kernelsuite.OnOneNode;
import io.dysk.kernelsuite.Tools;
import io.dysk.kernelsuite.Values;
import io.dysk.vm.Command;
import io.dysk.vm.CommandResult;
import io.dysk.vm.KernelConfig;
import io.dysk.vm.KernelTest;
import io.dysk.vm.Machine;
import io.dysk.vm.NetworkCard;
import io.dysk.vm.RunningCommand;
import io.dysk.vm.VirtualMachine;
import io.dysk.vm.VmSpec;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
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
    /** What a kernel that checks each access to its memory, and keeps books about it, takes for itself beyond what others do. */
    private static final int CHECKS_MIB = KernelConfig.ofDefault().isSlow() ? 256 : 0;
    private static final int DIRTY_MIB = 180;
    /** For what takes seconds with emulation on a host that has nothing else to do; one that waits for itself waits for ever. */
    private static final Duration DEADLOCKED = KernelConfig.ofDefault().patience(Duration.ofMinutes(10));
    private static final Effort EFFORT = Effort.asked(Duration.ofSeconds(20));

    private final Figures figures = new Figures("pressure");

    /**
     * 128 MiB, but for the checks. A card that can't gather needs memory for each packet that Linux sends, and Linux doesn't take it from its
     * reserve: with the books that a checking kernel keeps it is more than a page, which is soon nowhere to be had, and nothing is sent again.
     */
    static final class Small implements UnaryOperator<VmSpec> {
        @Override
        public VmSpec apply(VmSpec spec) {
            return spec.withMemoryMiB(128 + CHECKS_MIB).withCard(CHECKS_MIB > 0 ? NetworkCard.GATHERING : NetworkCard.VIRTIO);
        }
    }

    MemoryPressureTest(@Machine(with = Small.class) VirtualMachine vm) {
        super(vm);
        vm.put(Tools.program("dirty"), "/usr/bin/dirty");
    }

    /**
     * Memory has to run out for this test: the network card's own buffers, in softirq, where packets are lost then, and sent again; and newer
     * kernels' tables of what is swapped out, where another page is tried then. We never allocate so.
     */
    @BeforeEach
    void expectThatMemoryRunsOut() {
        vm.allowInKernelLog("page allocation failure: order:0, mode:0x820\\(GFP_ATOMIC\\)");
        vm.allowInKernelLog("page allocation failure: order:0, mode:0x\\w+\\(GFP_KERNEL\\|__GFP_HIGH\\|[A-Z_|]*__GFP_NOMEMALLOC\\)");
    }

    /** Also that of a test which failed: a device that is swapped to is not detached. */
    @AfterEach
    void swapNothing() {
        endpoint.server().faults().clear();
        vm.output(Command.of("pkill -x dirty; swapoff -a; umount /mnt 2> /dev/null; true").within(DEADLOCKED));
    }

    @AfterAll
    void report() {
        figures.report();
    }

    @Test
    void swapOnADeviceSurvivesMoreThanTheMachineHas() {
        Device device = swapOn("swap", 8);

        staysWhatItWas(DIRTY_MIB, EFFORT.of(1, 2));

        swapped(device);
        swapOff(device);
    }

    /** Every fault makes new connections and new requests, of whatever memory there is left. */
    @Test
    void swapSurvivesFaultsOfItsEndpoint() {
        Device device = swapOn("swap-faults", 4);
        List<Fault> faults = List.of(Fault.of(Kind.RESET), Fault.of(Kind.APPLY_RESET), Fault.answer(503, "ServerBusy"), Fault.of(Kind.APPLY_DROP),
                Fault.of(Kind.HOLD_DROP).withLater(10), Fault.of(Kind.CUT_BODY), Fault.of(Kind.RESET_BODY).withAmount(4096));
        for (Fault fault : faults) {
            endpoint.server().faults().add(FaultRule.ALL.of("disks/swap-faults").percent(EFFORT.thorough() ? 0.15 : 0.05), fault);
        }

        staysWhatItWas(EFFORT.of(140, DIRTY_MIB), EFFORT.of(1, 2));

        long made = faultsMade();
        endpoint.server().faults().clear();
        assertThat(made).as("faults").isPositive();
        figures.add("faults", made);
        swapped(device);
        swapOff(device);
    }

    /** All connections that a device may have, each with as much to send as it can, and pages that are only freed when it was sent. */
    @Test
    void moreDirtyPagesOfAFileSystemThanTheMachineHas() {
        Device device = mounted("files", 16);

        filesStay(EFFORT.of(160, 400));

        assertThat(device.stats().number("write_bytes")).as("written").isGreaterThan((long) EFFORT.of(160, 400) * MIB);
        succeeded(device);
        vm.output(Command.of("umount /mnt").within(DEADLOCKED));
    }

    /** What frees memory needs memory itself: the file system for its own blocks, both devices for their requests, and the endpoint misbehaves. */
    @Test
    @Tag("long")
    void swapAndFilesAtTheSameTimeAndFaults() {
        Device swap = swapOn("swap-both", 8);
        Device files = mounted("files-both", 8);
        for (Kind kind : List.of(Kind.RESET, Kind.APPLY_RESET, Kind.APPLY_DROP)) {
            endpoint.server().faults().add(FaultRule.ALL.percent(0.1), Fault.of(kind));
        }
        endpoint.server().faults().add(FaultRule.ALL.percent(0.2), Fault.answer(503, "ServerBusy"));

        RunningCommand dirty = vm.start(Command.of("dirty " + DIRTY_MIB + " 1").within(DEADLOCKED));
        filesStay(160);
        CommandResult result = dirty.await();

        figures.add("faults", faultsMade());
        endpoint.server().faults().clear();
        assertThat(result.exit()).as(result.toString()).isZero();
        swapped(swap);
        succeeded(files);
        vm.output(Command.of("umount /mnt").within(DEADLOCKED));
        swapOff(swap);
    }

    // ---- common -----------------------------------------------------------------------------------------------------

    private Device swapOn(String name, int connections) {
        Device device = node.attach(endpoint.create(name, 512L * MIB).attach().with("conns", connections));
        vm.output("mkswap " + device.path() + " && swapon " + device.path());
        return device;
    }

    private void swapOff(Device device) {
        vm.output(Command.of("swapoff " + device.path()).within(DEADLOCKED));
    }

    private Device mounted(String name, int connections) {
        Device device = node.attach(endpoint.create(name, 1024L * MIB).attach().with("conns", connections));
        vm.output("mkfs.ext4 -q " + device.path() + " && mount " + device.path() + " /mnt");
        // The kernel would rather make who writes wait than let pages become dirty; here they may.
        vm.output("echo 80 > /proc/sys/vm/dirty_ratio; echo 60 > /proc/sys/vm/dirty_background_ratio");
        return device;
    }

    private void staysWhatItWas(int mebibytes, int rounds) {
        CommandResult dirty = vm.run(Command.of("dirty " + mebibytes + " " + rounds).within(DEADLOCKED));
        assertThat(dirty.exit()).as(dirty.toString()).isZero();
        assertThat(dirty.stdout()).contains("round=" + (rounds - 1) + " ok");
        figures.add("MiB of memory checked", (long) mebibytes * rounds);
    }

    /** Two writers map a file each and change all of its pages; then what is in the files is compared, and once more when it was read anew. */
    private void filesStay(int mebibytes) {
        String check = "dirty " + mebibytes / 2 + " 1 /mnt/";
        CommandResult dirty = vm.run(Command.of(check + "one & " + check + "two && wait $! && sync && sha256sum /mnt/one /mnt/two > /tmp/sums &&"
                + " echo 1 > /proc/sys/vm/drop_caches && sha256sum -c /tmp/sums").within(DEADLOCKED));
        assertThat(dirty.exit()).as(dirty.toString()).isZero();
        figures.add("MiB of files checked", mebibytes);
    }

    private void swapped(Device device) {
        Values stats = device.stats();
        assertThat(stats.number("write_bytes")).as("swapped out").isGreaterThan(20L * MIB);
        assertThat(stats.number("read_bytes")).as("swapped in").isGreaterThan(20L * MIB);
        succeeded(device);
        figures.add("MiB swapped out", stats.number("write_bytes") / MIB).add("MiB swapped in", stats.number("read_bytes") / MIB);
    }

    private void succeeded(Device device) {
        Values stats = device.stats();
        assertThat(stats.number("write_failed") + stats.number("read_failed") + stats.number("clear_failed")).isZero();
    }

    private long faultsMade() {
        return endpoint.server().faults().list().stream().mapToLong(scripted -> scripted.hit()).sum();
    }
}
