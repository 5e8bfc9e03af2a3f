package io.dysk.kernelsuite;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.Fault.Kind;
import io.dysk.blobserver.fault.FaultRule;
import io.dysk.vm.KernelTest;
import io.dysk.vm.RunningCommand;
import io.dysk.vm.VirtualMachine;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a device does and how it is can be seen from outside, and the figures are right. */
@KernelTest
class ObservabilityTest extends OnOneNode {
    private static final int MIB = 1 << 20;

    ObservabilityTest(VirtualMachine vm) {
        super(vm);
    }

    @Test
    void theCountersAreWhatFioCounted() {
        Device device = node.attach(endpoint.create("counted", 16 * MIB).attach());
        // It would look at the device whenever a writer has closed it.
        vm.output("udevadm control --stop-exec-queue");
        Values before = device.stats();

        FioResult fio = node.fio("--filename=" + device.path() + " --rw=randrw --bs=16k --size=4m --iodepth=8");
        vm.output("blkdiscard -f -o 1M -l 2M " + device.path());

        Values stats = device.stats();
        vm.output("udevadm control --start-exec-queue");
        assertThat(stats.number("read_done") - before.number("read_done")).isEqualTo(fio.reads());
        assertThat(stats.number("read_bytes") - before.number("read_bytes")).isEqualTo(fio.readBytes());
        assertThat(stats.number("write_done")).isEqualTo(fio.writes());
        assertThat(stats.number("write_bytes")).isEqualTo(fio.writeBytes());
        assertThat(stats.number("clear_done")).isEqualTo(1);
        assertThat(stats.number("clear_bytes")).isEqualTo(2 * MIB);
        for (String none : new String[] {"read_failed", "write_failed", "clear_failed", "write_retries", "resets", "timeouts",
            "bad_answers", "server_errors", "throttled", "denied", "fences", "held_ms"}) {
            assertThat(stats.number(none)).as(none).isZero();
        }
        // Eight at a time; on a busy host some are idle for seconds, closed, and made again.
        assertThat(stats.number("connects")).isBetween(1L, (fio.reads() + fio.writes()) / 4);
    }

    @Test
    void theHistogramsHoldEachRequestOnceWhereItBelongs() {
        Device device = node.attach(endpoint.create("timed", 16 * MIB).attach());
        endpoint.server().faults().add(new FaultRule("PUT", "page", null, null, null, 0, 5),
                new Fault(Fault.Kind.NONE, 0, "", -1, 500, 0));

        node.fio("--filename=" + device.path() + " --rw=write --bs=16k --size=640k --iodepth=1");

        Values stats = node.tool("stats " + device.index() + " hist");
        for (String op : new String[] {"read", "write", "clear"}) {
            for (String time : new String[] {"queue", "service"}) {
                assertThat(Arrays.stream(histogram(stats, op, time)).sum()).as(op + " " + time)
                        .isEqualTo(stats.number(op + "_done"));
            }
        }
        assertThat(stats.number("write_done")).isEqualTo(40);
        // Bucket b counts what took less than 2^b microseconds: 0.5 s is behind bucket 18 (262 ms).
        long[] service = histogram(stats, "write", "service");
        assertThat(Arrays.stream(service, 19, service.length).sum()).isGreaterThanOrEqualTo(5);
        assertThat(Arrays.stream(service, 0, 19).sum()).isPositive();
        assertThat(stats.number("write_service_us")).isGreaterThanOrEqualTo(5 * 500_000);
        assertThat(stats.number("write_service_us")).isLessThan(bound(service));
    }

    @Test
    void throttlingAndServerErrorsAreCounted() {
        Device device = node.attach(endpoint.create("troubled", MIB).attach());
        endpoint.server().faults().add(new FaultRule("PUT", "page", null, null, null, 0, 3),
                new Fault(Fault.Kind.ANSWER, 503, "ServerBusy", -1, 0, 0));
        endpoint.server().faults().add(new FaultRule("PUT", "page", null, null, null, 0, 1),
                new Fault(Fault.Kind.ANSWER, 500, "InternalError", -1, 0, 0));

        vm.output("dd if=/dev/urandom of=" + device.path() + " bs=64k count=2 oflag=direct");

        Values stats = device.stats();
        assertThat(stats.number("throttled")).isEqualTo(3);
        assertThat(stats.number("server_errors")).isEqualTo(1);
        assertThat(stats.number("fences")).isEqualTo(1);
        assertThat(stats.number("write_retries")).isGreaterThanOrEqualTo(4);
        assertThat(stats.number("write_done")).isEqualTo(2);
        assertThat(device.attribute("throttled")).isEqualTo("3");
        assertThat(device.attribute("fences")).isEqualTo("1");
    }

    @Test
    void theAttributesTellWhatIsAttachedAndHowItIs() {
        PageBlob blob = endpoint.create("described", MIB);
        Device device = node.attach(blob.attach().with("label", "pvc-1234"));

        assertThat(device.attribute("account")).isEqualTo(Endpoint.ACCOUNT);
        assertThat(device.attribute("container")).isEqualTo(Endpoint.CONTAINER);
        assertThat(device.attribute("blob")).isEqualTo("described");
        assertThat(device.attribute("snapshot")).isEmpty();
        assertThat(device.attribute("endpoint")).isEqualTo(Endpoint.GUEST_ADDRESS + ":" + endpoint.port());
        assertThat(device.attribute("label")).isEqualTo("pvc-1234");
        assertThat(device.attribute("attach_id")).isEqualTo(Long.toString(device.attachId()));
        assertThat(device.attribute("epoch")).isEqualTo(Long.toString(device.epoch()));
        assertThat(device.attribute("state")).isEqualTo("live");
        assertThat(device.attribute("reason")).isEqualTo("none");
        assertThat(device.attribute("error_code")).isEmpty();
    }

    @Test
    void getAndListTellTheSame() {
        PageBlob blob = endpoint.create("told", MIB);
        Device device = node.attach(blob.attach().with("label", "pvc-told").with("conns", 3));

        Values got = device.get();

        assertThat(got.text("blob")).isEqualTo("told");
        assertThat(got.text("lease")).isEqualTo(blob.lease());
        assertThat(got.text("label")).isEqualTo("pvc-told");
        assertThat(got.number("capacity")).isEqualTo(MIB);
        assertThat(got.number("attach_id")).isEqualTo(device.attachId());
        assertThat(node.list()).singleElement().satisfies(listed -> {
            assertThat(listed.text("blob")).isEqualTo("told");
            assertThat(listed.number("attach_id")).isEqualTo(device.attachId());
        });
    }

    @Test
    void eachRequestCanBeTraced() {
        Device device = node.attach(endpoint.create("traced", MIB).attach());
        String trace = vm.output("t=/sys/kernel/tracing; [ -e $t/trace ] || mount -t tracefs none $t; ls $t/events/dysk;"
                + " echo > $t/trace; echo 1 > $t/events/dysk/enable;"
                + " dd if=/dev/urandom of=" + device.path() + " bs=8k count=1 seek=3 oflag=direct 2> /dev/null;"
                + " echo 0 > $t/events/dysk/enable; cat $t/trace; echo > $t/trace");

        assertThat(trace).contains("dysk_answer", "dysk_conn_break", "dysk_conn_state", "dysk_fence", "dysk_send", "dysk_state");
        assertThat(trace).containsPattern("dysk_send: " + device.name() + " conn \\d+ op \\d+ offset 24576 length 8192 epoch "
                + Long.toHexString(device.epoch()) + " tries 0");
        assertThat(trace).containsPattern("dysk_answer: " + device.name() + " conn \\d+ op \\d+ offset 24576 status 201");
        assertThat(trace).containsPattern("dysk_conn_state: " + device.name());
    }

    @Test
    void aDeviceThatDiesSaysSoToAll() {
        PageBlob blob = endpoint.create("dying", MIB);
        Device device = node.attach(blob.attach());
        RunningCommand monitor = monitorEvents();

        endpoint.store().breakLease(blob.address(), Optional.empty());
        assertThat(vm.run("dd if=/dev/zero of=" + device.path() + " bs=4k count=1 oflag=direct").stderr())
                .contains("Input/output error");

        monitor.awaitStdout("DYSK_STATE=dead");
        monitor.awaitStdout("DYSK_REASON=lease-lost");
        monitor.kill();
        assertThat(device.state()).isEqualTo(State.DEAD);
        assertThat(device.get().reason()).isEqualTo(Reason.LEASED);
        assertThat(device.attribute("state")).isEqualTo("dead");
        assertThat(device.attribute("reason")).isEqualTo("lease-lost");
        assertThat(device.attribute("http_status")).isEqualTo("412");
        assertThat(vm.output("dmesg")).contains(device.name() + ": dead: lease-lost");
        assertThat(vm.run("dd if=" + device.path() + " of=/dev/null bs=4k count=1 iflag=direct").succeeded()).isFalse();
    }

    @Test
    void holdingAndGoingOnIsToldToo() {
        PageBlob blob = endpoint.create("held", MIB);
        Device device = node.attach(blob.attach());
        RunningCommand monitor = monitorEvents();

        device.update(endpoint.wrongKey());
        RunningCommand writer = vm.start("dd if=/dev/zero of=" + device.path() + " bs=4k count=1 oflag=direct");
        monitor.awaitStdout("DYSK_STATE=held");
        monitor.awaitStdout("DYSK_REASON=denied");
        device.update(endpoint.key());

        assertThat(writer.await().exit()).isZero();
        monitor.awaitStdout("DYSK_STATE=live");
        monitor.kill();
    }

    /** Each event makes udev read the device again; a service that fails often must not keep it busy. */
    @Test
    void writesOfUnknownOutcomeAreNoNews() {
        Device device = node.attach(endpoint.create("fencing", MIB).attach());
        RunningCommand monitor = monitorEvents();
        endpoint.server().faults().add(new FaultRule("PUT", "page", null, null, null, 0, 20), new Fault(Kind.ANSWER, 500, "InternalError", -1, 0, 0));

        vm.output("dd if=/dev/zero of=" + device.path() + " bs=4k count=40 oflag=direct");

        assertThat(device.stats().number("fences")).isGreaterThanOrEqualTo(20);
        device.detach();
        monitor.awaitStdout("ACTION=remove");
        monitor.kill();
        assertThat(monitor.stdoutSoFar()).doesNotContain("DYSK_STATE");
    }

    /** What comes and goes all the time is told now and then, and what it has come to in the end. */
    @Test
    void aDeviceThatIsHeldAgainAndAgainIsAnnouncedOnceASecond() {
        PageBlob blob = endpoint.create("flapping", MIB);
        Device device = node.attach(blob.attach());
        RunningCommand monitor = monitorEvents();
        Instant start = Instant.now();

        for (int i = 0; i < 10; i++) {
            endpoint.server().faults().add(FaultRule.READS.times(1), new Fault(Kind.ANSWER, 403, "AuthenticationFailed", -1, 0, 0));
            vm.output("dd if=" + device.path() + " of=/dev/null bs=4k count=1 iflag=direct");
        }
        assertThat(device.stats().number("denied")).isGreaterThanOrEqualTo(10);
        endpoint.store().breakLease(blob.address(), Optional.empty());
        vm.run("dd if=/dev/zero of=" + device.path() + " bs=4k count=1 oflag=direct");
        monitor.awaitStdout("DYSK_STATE=dead");

        long seconds = Duration.between(start, Instant.now()).toSeconds();
        monitor.kill();
        String events = monitor.stdoutSoFar();
        assertThat(events).contains("DYSK_STATE=held");
        assertThat(events.lines().filter(line -> line.startsWith("DYSK_STATE=")).count())
                .as("events; a machine's clock may be a little fast").isBetween(2L, 2 + seconds * 3 / 2);
    }

    /** To see what is on a device that is held takes as long as it is held; who waits for udev would wait as long, and nobody could detach it. */
    @Test
    void udevDoesNotReadADeviceForAnEventOfItsHealth() {
        Device device = node.attach(endpoint.create("labelled", 16 * MIB).attach());
        String link = "/dev/disk/by-label/steady";
        vm.output("mkfs.ext4 -q -L steady " + device.path() + " && udevadm trigger --action=change " + device.path() + " && udevadm settle && ls " + link);
        RunningCommand monitor = monitorEvents();

        device.update(endpoint.wrongKey());
        RunningCommand reader = vm.start("dd if=" + device.path() + " of=/dev/null bs=4k count=1 iflag=direct");
        monitor.awaitStdout("DYSK_STATE=held");

        assertThat(vm.run("udevadm settle --timeout=30").exit()).as("udev has nothing left to do").isZero();
        assertThat(device.state()).isEqualTo(State.HELD);
        assertThat(vm.output("readlink -f " + link).strip()).isEqualTo(device.path());
        device.update(endpoint.key());
        assertThat(reader.await().exit()).isZero();
        monitor.awaitStdout("DYSK_STATE=live");
        monitor.kill();
        vm.output("udevadm settle");
        assertThat(vm.output("readlink -f " + link).strip()).isEqualTo(device.path());
    }

    @Test
    void theAbiIsInSysfsAndInTheModulesFileToo() {
        Values asked = node.tool("version");

        String abi = asked.text("abi");
        assertThat(vm.output("cat /sys/class/misc/dysk/abi").strip()).isEqualTo(abi);
        assertThat(vm.output("modinfo -F abi dysk").strip()).isEqualTo(abi);
    }

    /** What the kernel tells user space of block devices from now on. */
    private RunningCommand monitorEvents() {
        RunningCommand monitor = vm.start("stdbuf -oL udevadm monitor --kernel --property --subsystem-match=block");
        monitor.awaitStdout("KERNEL");
        return monitor;
    }

    private static long[] histogram(Values stats, String op, String time) {
        return Arrays.stream(stats.text(op + "_" + time + "_hist").split(",")).mapToLong(Long::parseLong).toArray();
    }

    /** More than the times counted can have been together. */
    private static long bound(long[] histogram) {
        long bound = 0;
        for (int bucket = 0; bucket < histogram.length; bucket++) {
            bound += histogram[bucket] << bucket;
        }
        return bound;
    }
}
