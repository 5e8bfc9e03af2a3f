package io.dysk.kernelsuite.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blob.Deletion;
import io.dysk.blob.LeaseHolder;
import io.dysk.blob.LeaseId;
import io.dysk.blobserver.blob.AppliedWrite;
import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.Fault.Kind;
import io.dysk.blobserver.fault.FaultRule;
import io.dysk.kernelsuite.Device;
import io.dysk.kernelsuite.Node;
import io.dysk.kernelsuite.OnOneNode;
import io.dysk.kernelsuite.PageBlob;
import io.dysk.kernelsuite.Reason;
import io.dysk.kernelsuite.State;
import io.dysk.kernelsuite.Until;
import io.dysk.kernelsuite.Values;
import io.dysk.vm.Command;
import io.dysk.vm.CommandResult;
import io.dysk.vm.KernelTest;
import io.dysk.vm.RunningCommand;
import io.dysk.vm.VirtualMachine;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One writer, no ghosts: a write without an answer is settled by raising the epoch before anything else is written, and
 * who has lost the blob neither writes nor acknowledges anything any more.
 */
@KernelTest
@Tag("quick")
class FenceTest extends OnOneNode {
    private static final int MIB = 1 << 20;
    private static final FaultRule ONE_WRITE = new FaultRule("PUT", "page", null, null, null, 0, 1);

    FenceTest(VirtualMachine vm) {
        super(vm);
        vm.output("for c in old new; do yes $c | head -c 4096 > /root/$c; done");
    }

    // ---- lost answers -----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(value = Kind.class, names = {"DROP", "APPLY_DROP", "RESET", "APPLY_RESET", "SILENCE", "APPLY_SILENCE", "HOLD_DROP"})
    void aWriteWithoutAnAnswerIsFollowedByARaiseBeforeAnythingElseIsWritten(Kind lost) {
        PageBlob blob = endpoint.create("lost-" + lost.name().toLowerCase(), MIB);
        Device device = attach(blob);
        long epoch = device.epoch();
        endpoint.server().faults().add(ONE_WRITE, new Fault(lost, 0, "", -1, 0, 0));

        write(device, "new", 0);

        List<String> story = blob.changes().stream().filter(change -> change.sequence() >= epoch)
                .map(change -> change.kind() + " +" + (change.sequence() - epoch)).toList();
        if (lost.applied()) {
            assertThat(story).containsExactly("SEQUENCE +0", "UPDATE +0", "SEQUENCE +1", "UPDATE +1");
        } else {
            assertThat(story).containsExactly("SEQUENCE +0", "SEQUENCE +1", "UPDATE +1");
        }
        assertThat(device.stats().number("fences")).isEqualTo(1);
        assertThat(device.get().number("epoch")).isEqualTo(epoch + 1);
    }

    @Test
    void aWriteThatTurnsUpLateIsRefusedByTheService() {
        PageBlob blob = endpoint.create("ghost", MIB);
        Device device = attach(blob);
        endpoint.server().faults().add(ONE_WRITE, new Fault(Kind.HOLD_DROP, 0, "", -1, 0, 0));
        write(device, "old", 0);
        write(device, "new", 0);
        long changes = endpoint.server().writeLog().last();

        assertThat(endpoint.server().held().applyAll()).isEqualTo(1);

        assertThat(endpoint.server().writeLog().last()).as("changes").isEqualTo(changes);
        assertThat(blob.read(0, 4096)).isEqualTo(vm.get("/root/new"));
    }

    @Test
    void aRaiseWhoseAnswerIsLostIsRepeatedAndFencesNobody() {
        PageBlob blob = endpoint.create("lost-raise", 4 * MIB);
        Device device = attach(blob);
        endpoint.server().faults().add(new FaultRule("PUT", "page", null, null, null, 20, 3), new Fault(Kind.APPLY_DROP, 0, "", -1, 0, 0));
        endpoint.server().faults().add(new FaultRule("PUT", "properties", null, null, null, 0, 3), new Fault(Kind.APPLY_DROP, 0, "", -1, 0, 0));
        endpoint.server().faults().add(new FaultRule("PUT", "properties", null, null, null, 0, 2), new Fault(Kind.ANSWER, 503, "ServerBusy", -1, 0, 0));

        node.fio("--filename=" + device.path() + " --rw=randwrite --bs=4k --size=4m --io_size=1m --iodepth=16 --verify=crc32c --do_verify=1");

        assertThat(device.state()).isEqualTo(State.LIVE);
        Values stats = device.stats();
        assertThat(stats.number("fences")).isPositive();
        assertThat(stats.number("write_failed")).isZero();
        assertThat(blob.changes().getLast().sequence()).as("epoch, raised once for each fence")
                .isEqualTo(device.epoch() + stats.number("fences"));
    }

    @Test
    void readsGoOnWhileTheEpochIsBeingRaised() {
        PageBlob blob = endpoint.create("reads-go-on", MIB);
        Device device = attach(blob);
        endpoint.server().faults().add(ONE_WRITE, new Fault(Kind.DROP, 0, "", -1, 0, 0));
        endpoint.server().faults().add(new FaultRule("PUT", "properties", null, null, null, 0, 0), new Fault(Kind.ANSWER, 500, "InternalError", -1, 0, 0));
        RunningCommand writer = vm.start(writeLine(device, "new", 0));
        device.await(State.FENCING);

        vm.output("dd if=" + device.path() + " of=/dev/null bs=4k count=16 iflag=direct");

        assertThat(writer.isRunning()).isTrue();
        assertThat(blob.changes(AppliedWrite.Kind.UPDATE)).isEmpty();
        endpoint.server().faults().clear();
        assertThat(writer.await().exit()).isZero();
        assertThat(blob.read(0, 4096)).isEqualTo(vm.get("/root/new"));
    }

    // ---- somebody else has the blob ---------------------------------------------------------------------------------

    @Test
    void aLaterAttachmentFencesTheEarlierOneEvenWithTheSameLease() {
        PageBlob blob = endpoint.create("two-writers", MIB);
        Device first = attach(blob);
        write(first, "old", 0);
        // Another Host header: for the module another blob, so that one machine can play both nodes.
        Device second = node.attach(blob.attach().with("host", "other.example:" + endpoint.port()));

        assertThat(second.epoch()).isEqualTo(first.epoch() + (1 << 20));
        assertFailsToWrite(first, "old");
        assertDead(first, Reason.FENCED);
        write(second, "new", 0);
        assertThat(blob.read(0, 4096)).isEqualTo(vm.get("/root/new"));
        assertThat(second.state()).isEqualTo(State.LIVE);
        assertSaysWhy(first, "fenced");
    }

    /** Whoever has the blob still writes, and each write changes its etag between the look at the blob and the raise. */
    @Test
    void anAttachThatIsForestalledAgainAndAgainTakesTheBlobInTheEnd() {
        PageBlob blob = endpoint.create("forestalled", MIB);
        endpoint.server().faults().add(new FaultRule("PUT", "properties", null, null, null, 0, 40),
                new Fault(Kind.ANSWER, 412, "ConditionNotMet", -1, 0, 0));

        Device device = attach(blob);

        write(device, "new", 0);
        assertThat(blob.changes(AppliedWrite.Kind.SEQUENCE)).hasSize(1);
    }

    @Test
    void aFencedDeviceDoesNotRaiseItsWayBack() {
        PageBlob blob = endpoint.create("raise-after-fence", MIB);
        Device first = attach(blob);
        Device second = node.attach(blob.attach().with("host", "other.example:" + endpoint.port()));
        endpoint.server().faults().add(ONE_WRITE, new Fault(Kind.DROP, 0, "", -1, 0, 0));

        assertFailsToWrite(first, "old");

        assertDead(first, Reason.FENCED);
        assertThat(blob.view().sequenceNumber()).isEqualTo(second.epoch());
        write(second, "new", 0);
    }

    @Test
    void aBrokenLeaseEndsTheDeviceAtOnceAndForEver() {
        PageBlob blob = endpoint.create("lease-broken", MIB);
        Device device = attach(blob);
        write(device, "old", 0);
        endpoint.store().breakLease(blob.address(), Optional.empty());

        assertFailsToWrite(device, "new");

        assertDead(device, Reason.LEASED);
        assertFailsToRead(device);
        assertSaysWhy(device, "lease-lost");
        // Even with its lease back it stays dead: what was written meanwhile nobody knows.
        endpoint.store().acquireLease(blob.address(), new LeaseHolder("owner", LeaseId.parse(blob.lease())));
        assertFailsToWrite(device, "new");
        assertFailsToRead(device);
        assertDead(device, Reason.LEASED);
        assertThat(blob.read(0, 4096)).isEqualTo(vm.get("/root/old"));
    }

    @Test
    void anotherHoldersLeaseEndsTheDevice() {
        PageBlob blob = endpoint.create("lease-of-another", MIB);
        Device device = attach(blob);
        endpoint.store().breakLease(blob.address(), Optional.empty());
        endpoint.store().acquireLease(blob.address(), new LeaseHolder("another", new LeaseId(UUID.randomUUID())));

        assertFailsToRead(device);

        assertDead(device, Reason.LEASED);
        assertFailsToWrite(device, "new");
        assertThat(blob.changes(AppliedWrite.Kind.UPDATE)).isEmpty();
    }

    @Test
    void aDeletedBlobEndsTheDevice() {
        PageBlob blob = endpoint.create("deleted", MIB);
        Device device = attach(blob);
        endpoint.store().delete(blob.address(), Deletion.ofBlob().under(LeaseId.parse(blob.lease())));

        assertFailsToRead(device);

        assertDead(device, Reason.NOT_FOUND);
        assertFailsToWrite(device, "new");
        assertSaysWhy(device, "not-found");
    }

    @Test
    void nothingIsAcknowledgedOnceTheLeaseIsLost() {
        PageBlob blob = endpoint.create("acknowledged", 16 * MIB);
        Device device = attach(blob);
        RunningCommand writers = vm.start(Command.of(Node.fioLine("--filename=" + device.path()
                + " --rw=randwrite --bs=4k --size=16m --io_size=1g --iodepth=32 --numjobs=2")).within(Duration.ofSeconds(120)));
        vm.output(Until.counted(device, "write_done", 50));
        endpoint.store().breakLease(blob.address(), Optional.empty());
        long applied = blob.changes(AppliedWrite.Kind.UPDATE).size();

        assertThat(writers.await().exit()).as("fio is told").isNotZero();

        assertDead(device, Reason.LEASED);
        Values stats = device.stats();
        assertThat(blob.changes(AppliedWrite.Kind.UPDATE)).hasSize((int) applied);
        assertThat(stats.number("write_done")).as("acknowledged, of %s applied", applied).isPositive().isLessThanOrEqualTo(applied);
        assertFailsToWrite(device, "new");
        assertThat(device.stats().number("write_done")).isEqualTo(stats.number("write_done"));
    }

    // ---- common -----------------------------------------------------------------------------------------------------

    private Device attach(PageBlob blob) {
        return node.attach(blob.attach().with("request_ms", 3000).with("conns", 4));
    }

    private static String writeLine(Device device, String content, int block) {
        return "dd if=/root/" + content + " of=" + device.path() + " bs=4k seek=" + block + " oflag=direct conv=notrunc";
    }

    private void write(Device device, String content, int block) {
        vm.output(writeLine(device, content, block));
    }

    private void assertFailsToWrite(Device device, String content) {
        CommandResult result = vm.run(writeLine(device, content, 0));
        assertThat(result.exit()).as(result.toString()).isNotZero();
        assertThat(result.stderr()).contains("Input/output error");
    }

    private void assertFailsToRead(Device device) {
        CommandResult result = vm.run("dd if=" + device.path() + " of=/dev/null bs=4k count=1 iflag=direct");
        assertThat(result.exit()).as(result.toString()).isNotZero();
        assertThat(result.stderr()).contains("Input/output error");
    }

    private static void assertDead(Device device, Reason reason) {
        Values info = device.get();
        assertThat(info.state()).isEqualTo(State.DEAD);
        assertThat(info.reason()).isEqualTo(reason);
    }

    private void assertSaysWhy(Device device, String reason) {
        assertThat(device.attribute("state")).isEqualTo("dead");
        assertThat(vm.output("dmesg")).contains(device.name() + ": dead: " + reason);
    }
}
