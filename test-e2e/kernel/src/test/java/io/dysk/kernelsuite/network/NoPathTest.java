package io.dysk.kernelsuite.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.Fault.Kind;
import io.dysk.blobserver.fault.FaultRule;
import io.dysk.blobserver.http.Listener.Accepting;
import io.dysk.kernelsuite.AttachSpec;
import io.dysk.kernelsuite.Device;
import io.dysk.kernelsuite.Endpoint;
import io.dysk.kernelsuite.OnOneNode;
import io.dysk.kernelsuite.PageBlob;
import io.dysk.kernelsuite.Reason;
import io.dysk.kernelsuite.Relay;
import io.dysk.kernelsuite.State;
import io.dysk.kernelsuite.Until;
import io.dysk.vm.Command;
import io.dysk.vm.CommandResult;
import io.dysk.vm.KernelTest;
import io.dysk.vm.RunningCommand;
import io.dysk.vm.VirtualMachine;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** While the endpoint can't be reached I/O waits; it goes on when the path is back, and ends when that takes too long. */
@KernelTest
@Tag("network")
class NoPathTest extends OnOneNode {
    private static final int MIB = 1 << 20;

    NoPathTest(VirtualMachine vm) {
        super(vm);
        vm.output("dd if=/dev/urandom of=/root/pattern bs=1M count=1");
    }

    /** Before the devices are detached, which the base class does. */
    @AfterEach
    void restoreTheNetwork() {
        vm.output("ip route del blackhole " + Endpoint.GUEST_ADDRESS + " 2>/dev/null; ip link set eth0 up;"
                + " ip route show default | grep -q via || ip route add default via 10.0.2.2");
    }

    @Test
    void whileTheEndpointRefusesConnectionsIoWaits() throws IOException {
        PageBlob blob = endpoint.create("refuses", 4 * MIB);
        Device device = attach(blob, 60);
        endpoint.server().accepting(Accepting.REFUSED);
        endpoint.server().disconnect(true);

        RunningCommand writer = vm.start(write(device));
        assertHeld(device, Reason.REFUSED);
        assertThat(writer.isRunning()).isTrue();
        assertThat(device.attribute("reason")).isEqualTo("connection-refused");
        endpoint.server().accepting(Accepting.ON);

        assertWritten(writer, blob);
        assertThat(device.state()).isEqualTo(State.LIVE);
        assertThat(device.stats().number("connect_failures")).isPositive();
        assertThat(device.stats().number("held_ms")).isPositive();
    }

    @Test
    void whileThereIsNoRouteIoWaits() {
        PageBlob blob = endpoint.create("no-route", 4 * MIB);
        Device device = attach(blob, 60);
        vm.output("ip route add blackhole " + Endpoint.GUEST_ADDRESS);

        RunningCommand writer = vm.start(write(device));
        assertHeld(device, Reason.NO_ROUTE);
        assertThat(writer.isRunning()).isTrue();
        vm.output("ip route del blackhole " + Endpoint.GUEST_ADDRESS);

        assertWritten(writer, blob);
        assertThat(device.state()).isEqualTo(State.LIVE);
    }

    @Test
    void whileTheLinkIsDownIoWaits() {
        PageBlob blob = endpoint.create("link-down", 4 * MIB);
        Device device = attach(blob, 60);
        vm.output("ip link set eth0 down");

        RunningCommand writer = vm.start(write(device));
        assertHeld(device, Reason.NO_ROUTE);
        restoreTheNetwork();

        assertWritten(writer, blob);
    }

    @Test
    void whileNobodyAnswersIoWaits() {
        PageBlob blob = endpoint.create("silent", 4 * MIB);
        Device device = attach(blob, 60);
        endpoint.server().faults().add(new FaultRule(null, null, null, null, null, 0, 0), new Fault(Kind.SILENCE, 0, "", -1, 0, 0));

        RunningCommand writer = vm.start(write(device));
        vm.output(Until.counted(device, "timeouts", 2));
        assertThat(writer.isRunning()).isTrue();
        endpoint.server().faults().clear();

        assertWritten(writer, blob);
    }

    @Test
    void theDeviceIsDeadWhenThePathIsGoneForLongerThanItMay() throws IOException {
        PageBlob blob = endpoint.create("no-path", 4 * MIB);
        Device device = attach(blob, 3);
        endpoint.server().accepting(Accepting.REFUSED);
        endpoint.server().disconnect(true);

        CommandResult writer = vm.run(write(device));

        assertThat(writer.exit()).isNotZero();
        assertThat(writer.stderr()).contains("Input/output error");
        assertThat(writer.duration()).isGreaterThan(Duration.ofMillis(2900));
        assertThat(device.get().state()).isEqualTo(State.DEAD);
        assertThat(device.get().reason()).isEqualTo(Reason.NO_PATH);
        assertThat(vm.output("dmesg")).contains(device.name() + ": dead: no-path");
        endpoint.server().accepting(Accepting.ON);
        assertThat(vm.run(write(device)).exit()).as("it stays dead").isNotZero();
    }

    @Test
    void anEndpointThatNeverAnswersIsNoPathEither() {
        PageBlob blob = endpoint.create("silent-for-ever", 4 * MIB);
        Device device = attach(blob, 3);
        endpoint.server().faults().add(new FaultRule(null, null, null, null, null, 0, 0), new Fault(Kind.SILENCE, 0, "", -1, 0, 0));

        CommandResult reader = vm.run("dd if=" + device.path() + " of=/dev/null bs=4k count=1 iflag=direct");

        assertThat(reader.exit()).isNotZero();
        assertThat(device.get().reason()).isEqualTo(Reason.NO_PATH);
    }

    @Test
    void anIdleDeviceDoesNotDieOfAPathThatNobodyUses() throws IOException {
        PageBlob blob = endpoint.create("idle", 4 * MIB);
        Device device = attach(blob, 2);
        endpoint.server().accepting(Accepting.REFUSED);
        endpoint.server().disconnect(true);

        vm.output("sleep 5");

        assertThat(device.state()).isEqualTo(State.LIVE);
        endpoint.server().accepting(Accepting.ON);
        assertThat(vm.run(write(device)).exit()).isZero();
    }

    @Test
    void aLiveDeviceMovesToAnotherAddress() {
        PageBlob blob = endpoint.create("moves", 4 * MIB);
        Relay old = Relay.to(endpoint);
        Device device = node.attach(spec(blob, 60).atPort(old.port()));
        old.close();

        RunningCommand writer = vm.start(write(device));
        assertHeld(device, Reason.REFUSED);
        device.update("addr=" + Endpoint.GUEST_ADDRESS + " port=" + endpoint.port());

        assertWritten(writer, blob);
        assertThat(device.state()).isEqualTo(State.LIVE);
    }

    @Test
    void theSecondAddressIsUsedWhenTheFirstOneFails() {
        PageBlob blob = endpoint.create("second-address", 4 * MIB);
        Device device = node.attach(spec(blob, 60).at("127.0.0.1", Endpoint.GUEST_ADDRESS));

        assertWritten(vm.start(write(device)), blob);
        assertThat(device.stats().number("connect_failures")).isPositive();
    }

    // ---- common -----------------------------------------------------------------------------------------------------

    private static AttachSpec spec(PageBlob blob, int noPathSeconds) {
        return blob.attach().with("request_ms", 2000).with("no_path_s", noPathSeconds);
    }

    private Device attach(PageBlob blob, int noPathSeconds) {
        return node.attach(spec(blob, noPathSeconds));
    }

    private static Command write(Device device) {
        return Command.of("dd if=/root/pattern of=" + device.path() + " bs=64k oflag=direct").within(Duration.ofSeconds(90));
    }

    private void assertHeld(Device device, Reason reason) {
        device.await(State.HELD);
        assertThat(device.get().reason()).isEqualTo(reason);
    }

    private void assertWritten(RunningCommand writer, PageBlob blob) {
        CommandResult result = writer.await();
        assertThat(result.exit()).as(result.toString()).isZero();
        assertThat(blob.read(0, MIB)).isEqualTo(vm.get("/root/pattern"));
    }
}
