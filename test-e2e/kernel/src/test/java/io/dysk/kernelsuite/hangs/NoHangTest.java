package io.dysk.kernelsuite.hangs;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.Fault.Kind;
import io.dysk.blobserver.fault.FaultRule;
import io.dysk.kernelsuite.Arguments;
import io.dysk.kernelsuite.AttachSpec;
import io.dysk.kernelsuite.Device;
import io.dysk.kernelsuite.Endpoint;
import io.dysk.kernelsuite.OnOneNode;
import io.dysk.kernelsuite.Outcome;
import io.dysk.kernelsuite.PageBlob;
import io.dysk.kernelsuite.Reason;
import io.dysk.kernelsuite.Relay;
import io.dysk.kernelsuite.State;
import io.dysk.kernelsuite.Until;
import io.dysk.vm.Command;
import io.dysk.vm.CommandResult;
import io.dysk.vm.KernelConfig;
import io.dysk.vm.KernelTest;
import io.dysk.vm.RunningCommand;
import io.dysk.vm.VirtualMachine;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * With an endpoint that never answers every call still ends, within seconds. Devices wait for their endpoint for ever here, unless a test says
 * otherwise: nothing may depend on that patience. {@link EndsInTimeTest} has other kinds of trouble.
 */
@KernelTest
@Tag("hangs")
class NoHangTest extends OnOneNode {
    private static final int MIB = 1 << 20;
    private static final String FOR_EVER = "4294967295";
    private static final Command SOON = Command.of("").within(Duration.ofSeconds(30));

    NoHangTest(VirtualMachine vm) {
        super(vm);
    }

    @Test
    void forcedDetachEndsWhatWaits() {
        Device device = attach("forced");
        fallSilent();
        RunningCommand writer = startWriting(device);

        within("dysktool detach " + device.index() + " force");

        CommandResult result = writer.await();
        assertThat(result.exit()).isNotZero();
        assertThat(node.list()).isEmpty();
    }

    @Test
    void forcedDetachDoesNotWaitForAResize() {
        Device device = attach("resizing");
        fallSilent();
        RunningCommand resize = vm.start(Command.of("dysktool resize " + device.index()).within(Duration.ofSeconds(60)));
        awaitInFlight(device);

        CommandResult detach = within("dysktool detach " + device.index() + " force");

        assertThat(detach.duration()).isLessThan(KernelConfig.ofDefault().patience(Duration.ofSeconds(10)));
        assertThat(resize.await().exit()).isNotZero();
    }

    /** The address that answers may come with the update. */
    @Test
    void anUpdateDoesNotWaitForAResize() {
        Relay stuck = Relay.to(endpoint);
        PageBlob blob = endpoint.create("moving", 64 * MIB);
        Device device = node.attach(blob.attach().atPort(stuck.port()).with("no_path_s", FOR_EVER));
        stuck.drip(Duration.ofMinutes(1));
        RunningCommand resize = vm.start(Command.of("dysktool resize " + device.index()).within(Duration.ofSeconds(60)));
        awaitInFlight(device);

        within("dysktool update " + device.index() + " addr=" + Endpoint.GUEST_ADDRESS + " port=" + endpoint.port());

        CommandResult result = resize.await();
        assertThat(result.exit()).as("%s", result).isZero();
        assertThat(result.duration()).isLessThan(KernelConfig.ofDefault().patience(Duration.ofSeconds(25)));
        stuck.close();
    }

    /** An unmount writes one thing after the other: not each of them may take all of the patience. */
    @Test
    void writesThatNeverGetThroughShareTheDevicesPatience() {
        int patience = 8;
        PageBlob blob = endpoint.create("unwritable", 64 * MIB);
        Device device = node.attach(blob.attach().with("no_path_s", patience));
        endpoint.server().faults().add(new FaultRule("PUT", "page", null, null, null, 0, 0), new Fault(Kind.ANSWER, 500, "InternalError", -1, 0, 0));

        CommandResult writes = vm.run(Command.of("for i in 1 2 3 4 5 6; do dd if=/dev/zero of=" + device.path()
                + " bs=4k seek=$i count=1 oflag=direct 2> /dev/null && echo written; done").within(Duration.ofSeconds(120)));

        assertThat(writes.stdout()).isEmpty();
        assertThat(writes.duration()).isBetween(Duration.ofSeconds(patience), KernelConfig.ofDefault().patience(Duration.ofSeconds(3 * patience)));
        assertThat(device.state()).as("reads get through").isEqualTo(State.LIVE);
        endpoint.server().faults().clear();
        vm.output("dd if=/dev/zero of=" + device.path() + " bs=4k count=6 oflag=direct");
        assertThat(device.stats().number("write_failed")).isEqualTo(6);
    }

    @Test
    void forcedUnmountLastsNoLongerThanTheDevicesPatience() {
        Device device = node.attach(endpoint.create("umount", 64 * MIB).attach().with("request_ms", 2000).with("no_path_s", 5));
        mount(device);
        vm.output("echo unwritten > /mnt/file");
        fallSilent();

        CommandResult unmount = within("umount -f /mnt; cat /proc/mounts");

        assertThat(unmount.stdout()).doesNotContain(device.path());
        assertThat(device.get().reason()).isEqualTo(Reason.NO_PATH);
        device.forceDetach();
        assertModuleUnloads();
    }

    @Test
    void anAttachThatGetsNoAnswerEndsAtItsTimeLimit() {
        PageBlob blob = endpoint.create("never", MIB);
        fallSilent();

        Outcome.Refused refused = node.refuse(blob.attach().with("attach_ms", 2000));

        assertThat(refused.reason()).isEqualTo(Reason.TIMEOUT);
        assertThat(node.list()).isEmpty();
    }

    @Test
    void anAttachThatGetsNoAnswerCanBeKilled() {
        PageBlob blob = endpoint.create("killed", MIB);
        fallSilent();
        AttachSpec spec = blob.attach().without("key").with("attach_ms", 600_000);
        CommandResult killed = vm.run(Command.of("echo c2VjcmV0IGtleQ== > /root/key; timeout -s KILL 3 dysktool attach"
                + " addr=10.0.2.2 port=" + endpoint.port() + " host=h account=a container=c blob=killed path=1 lease="
                + spec.values().get("lease") + " key=@/root/key attach_ms=600000 request_ms=600000").within(Duration.ofSeconds(30)));

        assertThat(killed.exit()).isEqualTo(137);
        assertThat(node.list()).isEmpty();
        vm.output("rmmod dysk && modprobe dysk");
    }

    @Test
    void anAttachThatLooksForPartitionsEndsAtItsTimeLimit() {
        PageBlob blob = endpoint.create("partitions", MIB);
        // The requests of the attach itself are answered, reads never.
        endpoint.server().faults().add(new FaultRule("GET", null, null, null, null, 0, 0), new Fault(Kind.SILENCE, 0, "", -1, 0, 0));

        CommandResult attach = vm.run(Command.of("dysktool attach parts=1 attach_ms=3000 " + Arguments.of(blob.attach()))
                .withStdin(blob.attach().credential().secret().getBytes(StandardCharsets.UTF_8))
                .within(Duration.ofSeconds(30)));

        assertThat(attach.exit()).as(attach.toString()).isEqualTo(1);
        assertThat(attach.stdout()).contains("errno=ETIMEDOUT", "reason=" + Reason.TIMEOUT.ordinal());
        assertThat(attach.duration()).isBetween(Duration.ofMillis(2900), KernelConfig.ofDefault().patience(Duration.ofSeconds(20)));
        assertThat(node.list()).isEmpty();
    }

    // ---- common -----------------------------------------------------------------------------------------------------

    private Device attach(String name) {
        return node.attach(endpoint.create(name, 64 * MIB).attach().with("no_path_s", FOR_EVER));
    }

    private void mount(Device device) {
        vm.output("mkfs.ext4 -q " + device.path() + " && mount " + device.path() + " /mnt");
        node.settle();
    }

    /** From now on no request is answered. */
    private void fallSilent() {
        endpoint.server().faults().add(new FaultRule(null, null, null, null, null, 0, 0), new Fault(Kind.SILENCE, 0, "", -1, 0, 0));
    }

    private RunningCommand startWriting(Device device) {
        RunningCommand writer = vm.start(Command.of("dd if=/dev/zero of=" + device.path() + " bs=64k count=64 oflag=direct")
                .within(Duration.ofSeconds(90)));
        awaitInFlight(device);
        return writer;
    }

    private void awaitInFlight(Device device) {
        vm.output(Until.inFlight(device, 1));
    }

    private static Command command(String line) {
        return new Command(line, new byte[0], SOON.deadline());
    }

    private CommandResult within(String line) {
        CommandResult result = vm.run(command(line));
        assertThat(result.exit()).as(result.toString()).isZero();
        return result;
    }

    private void assertModuleUnloads() {
        endpoint.server().faults().clear();
        vm.output("udevadm settle; rmmod dysk && modprobe dysk");
    }
}
