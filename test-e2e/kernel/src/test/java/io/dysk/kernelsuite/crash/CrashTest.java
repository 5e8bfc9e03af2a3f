package io.dysk.kernelsuite.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blob.Deletion;
import io.dysk.blob.LeaseHolder;
import io.dysk.blob.LeaseId;
import io.dysk.blobserver.BlobServerConfig;
import io.dysk.blobserver.blob.AppliedWrite;
import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.Fault.Kind;
import io.dysk.blobserver.fault.FaultRule;
import io.dysk.blobserver.fault.HeldRequests.Fate;
import io.dysk.blobserver.fault.HeldRequests.Held;
import io.dysk.kernelsuite.Await;
import io.dysk.kernelsuite.Device;
import io.dysk.kernelsuite.Effort;
import io.dysk.kernelsuite.Endpoint;
import io.dysk.kernelsuite.Figures;
import io.dysk.kernelsuite.Node;
import io.dysk.kernelsuite.OnOneNode;
import io.dysk.kernelsuite.PageBlob;
import io.dysk.kernelsuite.State;
import io.dysk.kernelsuite.crash.Round.Heir;
import io.dysk.kernelsuite.crash.Round.Late;
import io.dysk.kernelsuite.matrix.FileSystem;
import io.dysk.kernelsuite.witness.Heard;
import io.dysk.kernelsuite.witness.Ledger;
import io.dysk.kernelsuite.witness.Ledgers;
import io.dysk.kernelsuite.witness.Load;
import io.dysk.kernelsuite.witness.Witness;
import io.dysk.kernelsuite.witness.WitnessPlan;
import io.dysk.kernelsuite.witness.WitnessReport;
import io.dysk.kernelsuite.witness.WitnessRun;
import io.dysk.vm.KernelTest;
import io.dysk.vm.VirtualMachine;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A machine is killed in the middle of writes, and its blob goes to another one, as the controller does it with a node that was given
 * up: the lease is taken away, then the other attaches; or the node itself comes back. Everything that was acknowledged is there, and
 * nothing of the dead one lands any more: neither what its connections still deliver nor what the service had held back.
 */
@KernelTest
@Tag("crash")
class CrashTest extends OnOneNode {
    private static final long MIB = 1 << 20;
    private static final long RAW_BYTES = 16 * MIB;
    private static final int FILE_WORKERS = 4;
    private static final int HELD_MOST = 4;
    private static final int CHANGES_AFTER = 40;
    private static final Effort EFFORT = Effort.asked(Duration.ZERO);
    private static final int KILLS = Integer.getInteger("dysk.kills", 3);

    private static final int FREEZES = Math.max(1, KILLS / 10);

    private final Ledgers ledgers;
    private final Witness witness;
    private final Victims victims = new Victims(KILLS + FREEZES);
    private final Figures figures = new Figures("crash").set("seed", Long.toString(EFFORT.seed()));
    private long killed;
    private double attachSeconds;
    private double mountSeconds;

    CrashTest(VirtualMachine vm) {
        Ledgers ledgers = new Ledgers();
        super(vm, Endpoint.start(BlobServerConfig.defaults().withWatcher(ledgers)));
        this.ledgers = ledgers;
        this.witness = Witness.on(vm);
    }

    static Stream<Round> rounds() {
        return IntStream.rangeClosed(1, KILLS).mapToObj(number -> Round.of(EFFORT, number));
    }

    static Stream<Round> freezes() {
        return IntStream.rangeClosed(1, FREEZES).mapToObj(number -> Round.ofFreeze(EFFORT, number));
    }

    @AfterAll
    void report() {
        victims.close();
        long attached = figures.count("kills") + figures.count("frozen and back");
        long mounts = figures.count("file systems");
        figures.set("seconds to attach, mean", attachSeconds / Math.max(1, attached))
                .set("seconds to mount, mean", mountSeconds / Math.max(1, mounts)).report();
    }

    @ParameterizedTest
    @MethodSource("rounds")
    void whatAKilledMachineWasToldIsThereElsewhereAndNothingMoreComes(Round round) {
        switch (round.content()) {
            case RAW -> raw(round);
            case EXT4 -> fileSystem(round, FileSystem.EXT4, 96 * MIB);
            case XFS -> fileSystem(round, FileSystem.XFS, 320 * MIB);
        }
    }

    // ---- the device itself ------------------------------------------------------------------------------------------

    private void raw(Round round) {
        PageBlob blob = endpoint.create("raw-" + round.number(), RAW_BYTES);
        Ledger ledger = ledgers.open(blob, WitnessPlan.of(EFFORT.seed() + round.number(), RAW_BYTES));
        try (VirtualMachine victim = victims.take()) {
            Node node = Node.on(victim);
            Device device = node.attach(blob.attach().with("conns", round.connections()));
            WitnessRun run = Witness.on(victim).start(device, ledger, Load.untilStopped());
            killWhileItWrites(round, victim, run, blob);
        }
        Taken taken = takeOver(round, blob);
        ledger.handOver();

        late(round, Late.AFTER_THE_ATTACHMENT, Fate.REFUSED);
        witness.verify(taken.device(), ledger).addTo(figures).assertClean();
        ledger.verify(blob::read).assertNothingWrong();
        // What it goes on to write stays, too.
        WitnessRun next = witness.start(taken.device(), ledger, Load.untilStopped().withChanges(CHANGES_AFTER));
        late(round, Late.WHILE_THE_NEXT_ONE_WORKS, Fate.REFUSED);
        next.await().assertClean();
        ledger.verify(blob::read).addTo(figures).assertNothingWrong();
        giveBack(taken);
    }

    /** Worse than a dead one: it was given up, and then goes on as if nothing had been. */
    @ParameterizedTest
    @MethodSource("freezes")
    void aFrozenMachineThatComesBackIsToldThatItLostTheBlob(Round round) {
        PageBlob blob = endpoint.create("frozen-" + round.number(), RAW_BYTES);
        Ledger ledger = ledgers.open(blob, WitnessPlan.of(EFFORT.seed() - round.number(), RAW_BYTES));
        try (VirtualMachine victim = victims.take()) {
            Device old = Node.on(victim).attach(blob.attach().with("conns", round.connections()));
            WitnessRun run = Witness.on(victim).start(old, ledger, Load.untilStopped().stoppingAtError());
            run.awaitAcknowledged(round.changes());
            LockSupport.parkNanos(round.moment());
            victim.freeze();
            killed = System.nanoTime();
            Taken taken = takeOver(round, blob);
            ledger.handOver();
            victim.thaw();

            WitnessReport report = run.await();

            report.assertNothingWrong();
            assertThat(report.failed()).as(report.toString()).isPositive();
            assertThat(old.state()).isEqualTo(State.DEAD);
            witness.verify(taken.device(), ledger).addTo(figures).assertClean();
            witness.start(taken.device(), ledger, Load.untilStopped().withChanges(CHANGES_AFTER)).await().assertClean();
            ledger.verify(blob::read).addTo(figures).assertNothingWrong();
            figures.add("frozen and back", 1);
            victim.checkKernelLog();
            giveBack(taken);
        }
    }

    // ---- file systems -----------------------------------------------------------------------------------------------

    private void fileSystem(Round round, FileSystem kind, long bytes) {
        PageBlob blob = endpoint.create(kind.name().toLowerCase() + "-" + round.number(), bytes);
        WitnessPlan plan = WitnessPlan.ofFiles(EFFORT.seed() + round.number(), FILE_WORKERS);
        Heard heard;
        try (VirtualMachine victim = victims.take()) {
            Node node = Node.on(victim);
            Device device = node.attach(blob.attach().with("conns", round.connections()));
            kind.make(device);
            kind.mount(device);
            WitnessRun run = Witness.on(victim).startFiles(FileSystem.MOUNT, plan, Load.untilStopped().withReads(10));
            heard = killWhileItWrites(round, victim, run, blob);
        }
        Taken taken = takeOver(round, blob);
        late(round, Late.AFTER_THE_ATTACHMENT, Fate.REFUSED);
        List<AppliedWrite> ghosts = changesSince(blob, taken.change());
        assertThat(ghosts.size()).as("ghosts, applied after the attachment; the first: %s", ghosts.stream().findFirst()).isZero();

        long start = System.nanoTime();
        kind.mount(taken.device());
        mountSeconds += seconds(start);
        figures.most("seconds to mount, most", seconds(start)).add("file systems", 1);
        late(round, Late.WHILE_THE_NEXT_ONE_WORKS, Fate.REFUSED);
        WitnessReport report = witness.verifyFiles(FileSystem.MOUNT, plan, heard);
        figures.add("acknowledged", heard.acknowledged());
        report.addTo(figures).assertClean();
        kind.unmount(taken.device());
        kind.check(taken.device());
        giveBack(taken);
    }

    // ---- the kill ---------------------------------------------------------------------------------------------------

    private Heard killWhileItWrites(Round round, VirtualMachine victim, WitnessRun run, PageBlob blob) {
        run.awaitAcknowledged(round.changes());
        if (round.late().holds()) {
            endpoint.server().faults().add(new FaultRule("PUT", "page", Endpoint.CONTAINER + "/" + blob.name(), null, null, 0, HELD_MOST),
                    new Fault(Kind.HOLD_SILENCE, 0, "", -1, 0, 0));
            Await.until("a write is held back", () -> endpoint.server().held().size() > 0);
        }
        // Not a wait for anything: the moment is to be any.
        LockSupport.parkNanos(round.moment());
        victim.kill();
        Heard heard = run.awaitMachineGone();
        killed = System.nanoTime();
        victims.bootNext();
        endpoint.server().faults().clear();
        figures.add("kills", 1).add("held back", endpoint.server().held().size());
        victim.checkKernelLog();
        return heard;
    }

    /**
     * The blob on the other machine.
     *
     * @param change number of the change by which it was fenced
     */
    private record Taken(PageBlob blob, Device device, long change) {
    }

    private Taken takeOver(Round round, PageBlob blob) {
        late(round, Late.BEFORE_THE_FENCE, Fate.APPLIED);
        PageBlob taken = new PageBlob(endpoint, blob.name(), leaseOfHeir(round.heir(), blob));
        late(round, Late.AFTER_THE_FENCE, round.heir() == Heir.SAME_NODE ? Fate.APPLIED : Fate.REFUSED);
        Device device = node.attach(taken.attach());
        attachSeconds += seconds(killed);
        figures.most("seconds to attach, most", seconds(killed));
        return new Taken(taken, device, taken.changes(AppliedWrite.Kind.SEQUENCE).getLast().number());
    }

    private String leaseOfHeir(Heir heir, PageBlob blob) {
        LeaseHolder next = new LeaseHolder("next", new LeaseId(UUID.randomUUID()));
        switch (heir) {
            case NEXT_NODE -> endpoint.store().transferLease(blob.address(), LeaseId.parse(blob.lease()), next);
            case NEXT_NODE_BY_BREAKING -> {
                endpoint.store().breakLease(blob.address(), Optional.empty());
                endpoint.store().acquireLease(blob.address(), next);
            }
            case SAME_NODE -> {
                return blob.lease();
            }
        }
        return next.lease().toString();
    }

    /** What was held back comes now, if this is its time. */
    private void late(Round round, Late now, Fate expected) {
        if (round.late() == now) {
            List<Held> held = endpoint.server().held().list();
            assertThat(held).isNotEmpty();
            for (Held request : held) {
                assertThat(endpoint.server().held().apply(request)).as("%s, %s", now, request).isEqualTo(expected);
            }
            figures.add(expected == Fate.REFUSED ? "late requests refused" : "late requests in time", held.size());
        }
    }

    private List<AppliedWrite> changesSince(PageBlob blob, long change) {
        return blob.changes().stream().filter(later -> later.number() > change).toList();
    }

    /** A run of many kills doesn't keep all of their blobs. */
    private void giveBack(Taken taken) {
        taken.device().detach();
        endpoint.store().delete(taken.blob().address(), Deletion.ofBlob().under(LeaseId.parse(taken.blob().lease())));
    }

    private static double seconds(long sinceNanos) {
        return (System.nanoTime() - sinceNanos) / 1e9;
    }
}
