package io.dysk.kernelsuite;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blobserver.blob.AppliedWrite;
import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.Fault.Kind;
import io.dysk.blobserver.fault.FaultRule;
import io.dysk.vm.Command;
import io.dysk.vm.KernelTest;
import io.dysk.vm.RunningCommand;
import io.dysk.vm.VirtualMachine;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Connections are opened as load needs them, and an idle device is silent. */
@KernelTest
class ConnectionsTest extends OnOneNode {
    private static final int MIB = 1 << 20;
    private static final String UNREACHABLE = "198.51.100.1";
    private static final int PATIENCE_MS = 600_000;
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final FaultRule WRITES = new FaultRule("PUT", "page", null, null, null, 0, 1);
    private static final FaultRule READS = new FaultRule("GET", null, null, null, null, 0, 1);

    ConnectionsTest(VirtualMachine vm) {
        super(vm);
    }

    @BeforeAll
    void prepare() {
        vm.output("ip route add unreachable " + UNREACHABLE + "/32");
    }

    @Test
    void loadOpensThemUpToTheLimit() {
        Device device = node.attach(endpoint.create("loaded", 16 * MIB).attach().with("conns", 5).with("idle_ms", 60000));

        RunningCommand fio = vm.start(Command.of(Node.fioLine("--filename=" + device.path()
                + " --rw=randwrite --bs=64k --size=16m --iodepth=32 --time_based --runtime=600")).within(Duration.ofMinutes(2)));
        Await.until("five connections", () -> connections() == 5);
        long answered = requests();
        Await.until("some hundred requests more", () -> requests() > answered + 200);

        assertThat(connections()).isEqualTo(5);
        assertThat(device.get().number("connections")).isEqualTo(5);
        assertThat(device.stats().number("connects")).isEqualTo(5);
        fio.kill();
        fio.await();
    }

    @Test
    void oneRequestAtATimeNeedsOne() {
        Device device = node.attach(endpoint.create("single", MIB).attach().with("idle_ms", 60000));

        node.fio("--filename=" + device.path() + " --rw=write --bs=4k --size=256k --iodepth=1");

        assertThat(device.stats().number("connects")).isLessThanOrEqualTo(2);
    }

    @Test
    void aHigherLimitCountsAtOnce() {
        Device device = node.attach(endpoint.create("raised", 16 * MIB).attach().with("conns", 1).with("idle_ms", 60000));
        RunningCommand fio = vm.start(Command.of(Node.fioLine("--filename=" + device.path()
                + " --rw=randread --bs=64k --size=16m --iodepth=32 --time_based --runtime=600")).within(Duration.ofMinutes(2)));
        Await.until("requests are under way", () -> requests() > 20);
        assertThat(connections()).isEqualTo(1);

        device.update("conns=6");

        Await.until("six connections", () -> connections() == 6);
        device.update("conns=2");
        Await.until("two connections", () -> connections() == 2);
        fio.kill();
        fio.await();
    }

    @Test
    void anIdleDeviceClosesThemAndThenCostsNothing() {
        Device device = node.attach(endpoint.create("idle", 4 * MIB).attach().with("idle_ms", 500));
        node.fio("--filename=" + device.path() + " --rw=write --bs=64k --size=4m --iodepth=8");

        Await.until("all are closed", () -> connections() == 0);
        assertThat(device.get().number("connections")).isZero();
        node.settle();

        // Work items of the module (its timers queue them), and segments of TCP, in ten seconds.
        String counted = vm.output("t=/sys/kernel/tracing; [ -e $t/trace ] || mount -t tracefs none $t;"
                + " segments() { awk '/^Tcp: [0-9]/ { print $11 + $12 }' /proc/net/snmp; };"
                + " echo > $t/trace; echo 1 > $t/events/workqueue/workqueue_execute_start/enable;"
                + " a=$(segments); sleep 10; b=$(segments);"
                + " echo 0 > $t/events/workqueue/workqueue_execute_start/enable;"
                + " echo $((b - a)) $(grep -c 'function dysk_' $t/trace) $(grep -c workqueue_execute_start: $t/trace); echo > $t/trace");

        assertThat(counted.split(" ")).satisfies(
                counts -> assertThat(counts[0]).as("segments").isEqualTo("0"),
                counts -> assertThat(counts[1]).as("work of dysk").isEqualTo("0"),
                counts -> assertThat(Integer.parseInt(counts[2])).as("work of anybody, so the trace sees it").isPositive());
    }

    @Test
    void ioGoesOnAfterTheServerClosedIdleConnections() {
        PageBlob blob = endpoint.create("closed", MIB);
        Device device = node.attach(blob.attach().with("idle_ms", 60000));
        for (int i = 0; i < 3; i++) {
            vm.output("dd if=/dev/urandom of=" + device.path() + " bs=64k count=1 oflag=direct");
            endpoint.server().disconnect(false);
            Await.until("the device knows", () -> device.get().number("connections") == 0);
        }
        vm.output("dd if=/dev/urandom of=" + device.path() + " bs=64k count=1 oflag=direct");

        Values stats = device.stats();
        assertThat(stats.number("write_done")).isEqualTo(4);
        assertThat(stats.number("fences")).as("nothing was under way").isZero();
        assertThat(stats.number("resets")).isZero();
    }

    @Test
    void ioGoesOnAfterTheServerResetIdleConnections() {
        Device device = node.attach(endpoint.create("reset", MIB).attach().with("idle_ms", 60000));
        vm.output("dd if=/dev/urandom of=" + device.path() + " bs=64k count=1 oflag=direct");

        endpoint.server().disconnect(true);
        vm.output("dd if=/dev/urandom of=" + device.path() + " bs=64k count=1 oflag=direct");

        assertThat(device.stats().number("write_done")).isEqualTo(2);
        assertThat(device.stats().number("write_failed")).isZero();
    }

    @Test
    void anEndpointWithIpv6() {
        PageBlob blob = endpoint.create("six", MIB);
        try (Relay six = Relay.from("::1", endpoint.port())) {
            Device device = node.attach(blob.attach().at("fec0::2").atPort(six.port()));

            vm.output("dd if=/dev/urandom of=" + device.path() + " bs=64k count=4 oflag=direct");

            assertThat(blob.changes(AppliedWrite.Kind.UPDATE)).hasSize(4);
            assertThat(six.connections()).isPositive();
            device.detach();
        }
    }

    @Test
    void twoAddressesOfWhichTheFirstIsDead() {
        PageBlob blob = endpoint.create("two", MIB);

        Device device = node.attach(blob.attach().at(UNREACHABLE, Endpoint.GUEST_ADDRESS));
        node.fio("--filename=" + device.path() + " --rw=write --bs=4k --size=256k --iodepth=8");

        // The kernel may have merged some.
        assertThat(blob.changes(AppliedWrite.Kind.UPDATE).stream().mapToLong(AppliedWrite::length).sum()).isEqualTo(256 << 10);
        assertThat(device.stats().number("connect_failures")).isPositive();
    }

    @Test
    void addressesCanBeChangedUnderLoad() {
        PageBlob blob = endpoint.create("moving", 16 * MIB);
        Device device = node.attach(blob.attach());
        RunningCommand fio = vm.start(Command.of(Node.fioLine("--filename=" + device.path()
                + " --rw=randwrite --bs=16k --size=16m --iodepth=8 --verify=crc32c --do_verify=1")).within(Duration.ofMinutes(2)));
        Await.until("writes are under way", () -> blob.changes().size() > 20);

        device.update("addr=" + UNREACHABLE + " addr=" + Endpoint.GUEST_ADDRESS + " port=" + endpoint.port());

        assertThat(FioResult.parse(fio.await().stdout()).error()).isZero();
        assertThat(device.stats().number("write_failed")).isZero();
        assertThat(device.stats().number("connect_failures")).isPositive();
    }

    @Test
    void aRequestThatIsStuckAtAnOldAddressMovesToTheNewOne() {
        PageBlob blob = endpoint.create("stuck", MIB);
        Device device = node.attach(blob.attach().with("request_ms", PATIENCE_MS));
        endpoint.server().faults().add(WRITES, new Fault(Kind.HOLD_SILENCE, 0, "", -1, 0, 0));
        endpoint.server().faults().add(READS, new Fault(Kind.SILENCE, 0, "", -1, 0, 0));
        RunningCommand write = vm.start(Command.of("yes new | dd of=" + device.path()
                + " bs=4k count=1 iflag=fullblock oflag=direct").within(SOON));
        RunningCommand read = vm.start(Command.of("dd if=" + device.path() + " bs=4k count=1 skip=8 iflag=direct").within(SOON));
        Await.until("both are under way", () -> inFlight(device) == 2);

        try (Relay moved = Relay.to(endpoint)) {
            device.update("addr=" + Endpoint.GUEST_ADDRESS + " port=" + moved.port());

            assertThat(write.await().exit()).isZero();
            assertThat(read.await().exit()).isZero();
            assertThat(moved.connections()).isPositive();
        }
        assertThat(endpoint.server().held().applyAll()).as("writes that got stuck").isEqualTo(1);
        Values stats = device.stats();
        assertThat(stats.number("timeouts")).isEqualTo(2);
        assertThat(stats.number("fences")).isEqualTo(1);
        assertThat(blob.changes(AppliedWrite.Kind.UPDATE)).as("the one that was sent again").hasSize(1);
    }

    @Test
    void aRequestUnderWayAtAnAddressThatStaysIsLeftAlone() {
        PageBlob blob = endpoint.create("staying", MIB);
        Device device = node.attach(blob.attach().with("request_ms", PATIENCE_MS));
        endpoint.server().faults().add(WRITES, new Fault(Kind.NONE, 0, "", -1, 5000, 0));
        RunningCommand write = vm.start(Command.of("dd if=/dev/zero of=" + device.path() + " bs=4k count=1 oflag=direct").within(SOON));
        Await.until("it is under way", () -> inFlight(device) == 1);

        device.update("addr=" + UNREACHABLE + " addr=" + Endpoint.GUEST_ADDRESS + " port=" + endpoint.port());

        assertThat(write.await().exit()).isZero();
        Values stats = device.stats();
        assertThat(stats.number("timeouts")).isZero();
        assertThat(stats.number("fences")).isZero();
        assertThat(stats.number("write_retries")).isZero();
    }

    /** Requests that the device has sent to the endpoint, or is about to. */
    private static long inFlight(Device device) {
        String[] counts = device.sysfs("inflight").trim().split("\\s+");
        return Long.parseLong(counts[0]) + Long.parseLong(counts[1]);
    }

    /** From the guest to the endpoint, as the guest's TCP sees it: the server has other clients too. */
    private long connections() {
        return Long.parseLong(vm.output("ss -Htn state established dport = :" + endpoint.port() + " | wc -l"));
    }

    /** Of all kinds that the server has seen. */
    private long requests() {
        return endpoint.server().stats().all().values().stream().mapToLong(Long::longValue).sum();
    }
}
