package io.dysk.kernelsuite.ghosts;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blob.LeaseHolder;
import io.dysk.blob.LeaseId;
import io.dysk.blobserver.BlobServerConfig;
import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.Fault.Kind;
import io.dysk.blobserver.fault.FaultRule;
import io.dysk.kernelsuite.Await;
import io.dysk.kernelsuite.Device;
import io.dysk.kernelsuite.Effort;
import io.dysk.kernelsuite.Endpoint;
import io.dysk.kernelsuite.OnOneNode;
import io.dysk.kernelsuite.PageBlob;
import io.dysk.kernelsuite.State;
import io.dysk.vm.Command;
import io.dysk.vm.KernelTest;
import io.dysk.vm.RunningCommand;
import io.dysk.vm.VirtualMachine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** One request that turns up late, after everything that may have happened meanwhile. */
@KernelTest
@Tag("ghosts")
class LateRequestTest extends OnOneNode {
    private static final int MIB = 1 << 20;
    private static final int BLOCK = 4096;
    private static final int SAMPLE = 6;
    private static final Limbo LIMBO = new Limbo();

    private int blobs;

    LateRequestTest(VirtualMachine vm) {
        super(vm, Endpoint.start(BlobServerConfig.defaults().withFaults(LIMBO).withWatcher(LIMBO)));
        vm.output("for c in first old new; do yes $c | head -c " + BLOCK + " > /root/$c; done");
    }

    @BeforeEach
    void nothingIsHeld() {
        LIMBO.watch(endpoint.server());
    }

    /** What turns up late. */
    enum Late {
        WRITE("update"),
        CLEAR("clear");

        private final String pageWrite;

        Late(String pageWrite) {
            this.pageWrite = pageWrite;
        }

        private FaultRule once() {
            return new FaultRule("PUT", "page", null, pageWrite, null, 0, 1);
        }
    }

    /** What happens meanwhile. */
    enum Meanwhile {
        NOTHING,
        ATTACHED_AGAIN_WITH_THE_SAME_LEASE,
        ATTACHED_AGAIN_WITH_ANOTHER_LEASE,
        TORN_OFF_AND_ATTACHED_AGAIN,
        ATTACHED_ELSEWHERE
    }

    /** All of it, or a sample that follows from the seed. */
    static Stream<Arguments> allThatMayHappen() {
        Effort effort = Effort.asked(Duration.ZERO);
        List<Arguments> all = new ArrayList<>(Stream.of(Late.values()).flatMap(late -> Stream.of(Kind.HOLD_DROP, Kind.APPLY_HOLD_DROP)
                .flatMap(way -> Stream.of(Meanwhile.values()).map(meanwhile -> Arguments.of(late, way, meanwhile)))).toList());
        Collections.shuffle(all, new Random(effort.seed()));
        return all.stream().limit(effort.of(SAMPLE, all.size()));
    }

    @ParameterizedTest
    @MethodSource("allThatMayHappen")
    void changesNothingThatWasWrittenSince(Late late, Kind way, Meanwhile meanwhile) {
        PageBlob blob = endpoint.create("late-" + ++blobs, MIB);
        Device device = attach(blob);
        endpoint.server().faults().add(late.once(), new Fault(way, 0, "", -1, 0, 0));
        change(device, late);
        Device now = then(blob, device, meanwhile);
        write(now, "new");
        long changes = endpoint.server().writeLog().last();

        LIMBO.returnAll();

        assertThat(LIMBO.count().returned()).isEqualTo(1);
        assertThat(LIMBO.ghosts()).isEmpty();
        assertThat(endpoint.server().writeLog().last()).as("changes").isEqualTo(changes);
        assertThat(blob.read(0, BLOCK)).isEqualTo(vm.get("/root/new"));
        write(now, "old");
        assertThat(now.state()).as("who was not fenced by it").isEqualTo(State.LIVE);
    }

    /** The writer hears of an error, as its device is torn off before it knows better; the next one writes something else there. */
    @ParameterizedTest
    @EnumSource(Late.class)
    void ofADeviceThatWasTornOffIsNeverApplied(Late late) {
        PageBlob blob = endpoint.create("torn-off-" + ++blobs, MIB);
        Device device = attach(blob);
        write(device, "first");
        endpoint.server().faults().add(late.once(), new Fault(Kind.HOLD_SILENCE, 0, "", -1, 0, 0));
        RunningCommand change = vm.start(Command.of(line(device, late)));
        Await.until("the request is held", () -> endpoint.server().held().size() == 1);
        device.forceDetach();
        assertThat(change.await().exit()).as("who wrote it is told").isNotZero();

        Device now = attach(blob);
        LIMBO.returnAll();

        assertThat(LIMBO.count().returned()).isEqualTo(1);
        assertThat(blob.read(0, BLOCK)).isEqualTo(vm.get("/root/first"));
        write(now, "new");
        assertThat(now.state()).isEqualTo(State.LIVE);
    }

    /** Set Blob Properties takes the higher of two numbers, so one that comes late changes nothing, and fences nobody. */
    @ParameterizedTest
    @EnumSource(value = Kind.class, names = {"HOLD_DROP", "APPLY_HOLD_DROP"})
    void aRaiseFencesNobody(Kind way) {
        PageBlob blob = endpoint.create("raise-" + ++blobs, MIB);
        Device device = attach(blob);
        endpoint.server().faults().add(Late.WRITE.once(), new Fault(Kind.DROP, 0, "", -1, 0, 0));
        endpoint.server().faults().add(new FaultRule("PUT", "properties", null, null, null, 0, 2), new Fault(way, 0, "", -1, 0, 0));
        write(device, "old");
        assertThat(endpoint.server().held().size()).isEqualTo(2);

        LIMBO.returnAll();
        write(device, "new");
        Device again = then(blob, device, Meanwhile.ATTACHED_AGAIN_WITH_THE_SAME_LEASE);
        write(again, "old");

        assertThat(again.state()).isEqualTo(State.LIVE);
        assertThat(again.epoch()).isEqualTo(device.epoch() + (1 << 20));
    }

    /** The raise of an attachment that was given up comes when another one is in force: its condition on the etag refuses it. */
    @Test
    void aRaiseOfAnEarlierAttachFencesNobody() {
        PageBlob blob = endpoint.create("raise-of-attach", MIB);
        endpoint.server().faults().add(new FaultRule("PUT", "properties", null, null, null, 0, 1), new Fault(Kind.HOLD_DROP, 0, "", -1, 0, 0));
        Device device = attach(blob);
        write(device, "old");
        assertThat(endpoint.server().held().size()).isEqualTo(1);

        LIMBO.returnAll();

        write(device, "new");
        assertThat(device.state()).isEqualTo(State.LIVE);
        assertThat(blob.view().sequenceNumber()).isEqualTo(device.epoch());
    }

    // ---- can these tests fail? --------------------------------------------------------------------------------------

    /** Somebody writes under the lease without the condition that every write of the module carries: then it would land. */
    @Test
    void withoutItsConditionALateWriteWouldLandAndBeSeen() {
        PageBlob blob = endpoint.create("unconditional", MIB);
        Device device = attach(blob);
        endpoint.server().faults().add(Late.WRITE.once(), new Fault(Kind.HOLD_DROP, 0, "", -1, 0, 0));
        assertThat(new Impostor(blob).write(0, vm.get("/root/old"))).as("its answer is lost").isEmpty();
        write(device, "new");

        LIMBO.returnAll();

        assertThat(LIMBO.ghosts()).hasSize(1);
        assertThat(blob.read(0, BLOCK)).isEqualTo(vm.get("/root/old"));
    }

    // ---- common -----------------------------------------------------------------------------------------------------

    private Device attach(PageBlob blob) {
        return node.attach(blob.attach().with("request_ms", 3000).with("conns", 4));
    }

    private Device then(PageBlob blob, Device device, Meanwhile what) {
        switch (what) {
            case NOTHING -> {
                return device;
            }
            case ATTACHED_AGAIN_WITH_THE_SAME_LEASE -> device.detach();
            case TORN_OFF_AND_ATTACHED_AGAIN -> device.forceDetach();
            case ATTACHED_AGAIN_WITH_ANOTHER_LEASE -> {
                device.detach();
                return attach(leasedAnew(blob));
            }
            case ATTACHED_ELSEWHERE -> {
                // Another Host header: for the module another blob, so that one machine can play both nodes.
                return node.attach(leasedAnew(blob).attach().with("host", "elsewhere.example:" + endpoint.port()));
            }
        }
        return attach(blob);
    }

    private PageBlob leasedAnew(PageBlob blob) {
        LeaseId lease = new LeaseId(UUID.randomUUID());
        endpoint.store().breakLease(blob.address(), Optional.empty());
        endpoint.store().acquireLease(blob.address(), new LeaseHolder("next", lease));
        return new PageBlob(endpoint, blob.name(), lease.toString());
    }

    private void change(Device device, Late late) {
        vm.output(line(device, late));
    }

    private static String line(Device device, Late late) {
        return late == Late.CLEAR ? "blkdiscard -o 0 -l " + BLOCK + " " + device.path() : writeLine(device, "old");
    }

    private void write(Device device, String content) {
        vm.output(writeLine(device, content));
    }

    private static String writeLine(Device device, String content) {
        return "dd if=/root/" + content + " of=" + device.path() + " bs=4k oflag=direct conv=notrunc";
    }
}
