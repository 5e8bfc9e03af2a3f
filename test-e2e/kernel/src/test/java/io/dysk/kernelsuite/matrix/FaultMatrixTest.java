package io.dysk.kernelsuite.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blobserver.BlobServerConfig;
import io.dysk.blobserver.blob.AppliedWrite;
import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.FaultRule;
import io.dysk.blobserver.http.Listener.Accepting;
import io.dysk.kernelsuite.Await;
import io.dysk.kernelsuite.Device;
import io.dysk.kernelsuite.Effort;
import io.dysk.kernelsuite.Endpoint;
import io.dysk.kernelsuite.Figures;
import io.dysk.kernelsuite.OnOneNode;
import io.dysk.kernelsuite.PageBlob;
import io.dysk.kernelsuite.Reason;
import io.dysk.kernelsuite.State;
import io.dysk.kernelsuite.Until;
import io.dysk.kernelsuite.Values;
import io.dysk.kernelsuite.matrix.Expected.Dies;
import io.dysk.kernelsuite.matrix.Expected.GoesOn;
import io.dysk.kernelsuite.matrix.Expected.Outcome;
import io.dysk.kernelsuite.matrix.Expected.Refuses;
import io.dysk.kernelsuite.matrix.Expected.Waits;
import io.dysk.kernelsuite.witness.Ledger;
import io.dysk.kernelsuite.witness.Ledgers;
import io.dysk.kernelsuite.witness.Load;
import io.dysk.kernelsuite.witness.Witness;
import io.dysk.kernelsuite.witness.WitnessPlan;
import io.dysk.kernelsuite.witness.WitnessReport;
import io.dysk.kernelsuite.witness.WitnessRun;
import io.dysk.vm.KernelTest;
import io.dysk.vm.VirtualMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The matrix: every fault ({@link Mishap}) against every kind of request, one at a time, under load. The device does what the table says;
 * and whatever it does, nothing is lost, stale or foreign, and nothing is acknowledged that was not done.
 */
@KernelTest
@Tag("matrix")
class FaultMatrixTest extends OnOneNode {
    private static final long BYTES = 4 << 20;
    private static final int CELLS_OF_A_SHORT_RUN = 10;
    private static final int HITS = 3;
    private static final int CHANGES = 100;
    /** Of requests that nobody answers the time limit is waited for. */
    private static final Duration REQUEST = Duration.ofMillis(1500);
    private static final String MARK = "fault matrix:";
    private static final Ledgers LEDGERS = new Ledgers();

    private final Effort effort = Effort.asked(Duration.ZERO);
    private final Random random = new Random(effort.seed());
    private final Witness witness;
    private final Figures figures = new Figures("matrix-cells").set("seed", Long.toString(effort.seed()));

    FaultMatrixTest(VirtualMachine vm) {
        super(vm, Endpoint.start(BlobServerConfig.defaults().withWatcher(LEDGERS)));
        witness = Witness.on(vm);
    }

    @AfterAll
    void report() {
        figures.report();
    }

    /** All, or a sample that follows from the seed, or those whose names the property {@code dysk.cells} is found in, as a regex. */
    List<Cell> cells() {
        String wanted = System.getProperty("dysk.cells");
        if (wanted != null) {
            return Cell.all().stream().filter(cell -> Pattern.compile(wanted).matcher(cell.toString()).find()).toList();
        }
        List<Cell> cells = new ArrayList<>(Cell.all());
        if (!effort.thorough()) {
            Collections.shuffle(cells, new Random(effort.seed()));
        }
        return cells.subList(0, effort.of(CELLS_OF_A_SHORT_RUN, cells.size()));
    }

    /** A device, and the load on it. */
    private record Scene(Cell cell, PageBlob blob, Device device, Ledger ledger) {
        FaultRule rule(int skip, int count) {
            return cell.operation().hits(Endpoint.CONTAINER + "/" + blob.name(), skip, count);
        }

        /** Raises of the epoch since the one of the attach. */
        long raises() {
            return blob.changes(AppliedWrite.Kind.SEQUENCE).stream().filter(change -> change.sequence() > device.epoch())
                    .map(AppliedWrite::sequence).distinct().count();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cells")
    void matrix(Cell cell) {
        PageBlob blob = endpoint.create(cell.title(), BYTES);
        // What the kernel says of this cell is after this.
        vm.output("echo '" + MARK + " " + cell.title() + "' > /dev/kmsg");
        WitnessPlan plan = WitnessPlan.of(random.nextLong(), BYTES).withWorkers(4)
                .withClears(cell.operation() == Operation.CLEAR ? 60 : 15);
        Scene scene = new Scene(cell, blob, attach(blob), LEDGERS.open(blob, plan));

        try {
            play(scene);
            scene.ledger.verify(blob::read).addTo(figures).assertNothingWrong();
        } catch (AssertionError e) {
            throw new AssertionError(cell + "\n" + e.getMessage(), e);
        }
        figures.add("cells", 1);
    }

    private void play(Scene scene) {
        switch (scene.cell.expected()) {
            case GoesOn expected -> goesOn(scene, expected);
            case Waits expected -> waits(scene, expected);
            case Refuses expected -> refuses(scene);
            case Dies expected -> dies(scene, expected);
        }
    }

    // ---- what is expected -------------------------------------------------------------------------------------------

    private void goesOn(Scene scene, GoesOn expected) {
        WitnessReport report = switch (scene.cell.mishap().trouble()) {
            case Trouble.Requests(Fault fault) -> spoilSome(scene, fault);
            case Trouble.Connections(boolean reset) -> endConnections(scene, reset);
            default -> passTrouble(scene);
        };

        report.addTo(figures).assertClean();
        figures.most("time to recover (s)", report.slowestMilliseconds() / 1e3);
        assertThat(scene.device.state()).isEqualTo(State.LIVE);
        assertRaises(scene, expected.outcome());
    }

    private void waits(Scene scene, Waits expected) {
        WitnessRun run = witness.start(scene.device, scene.ledger, load(scene));
        run.awaitAcknowledged(10);
        begin(scene);
        scene.device.await(State.HELD);
        assertThat(scene.device.get().reason()).isEqualTo(expected.reason());

        end();
        long start = System.nanoTime();
        run.awaitAcknowledged(run.heard().acknowledged() + 1);
        figures.most("time to recover (s)", (System.nanoTime() - start) / 1e9);
        run.awaitAcknowledged(run.heard().acknowledged() + 20);
        run.stop().addTo(figures).assertClean();

        assertThat(scene.device.state()).isEqualTo(State.LIVE);
        assertRaises(scene, expected.outcome());
    }

    private void refuses(Scene scene) {
        Fault fault = ((Trouble.Requests) scene.cell.mishap().trouble()).fault();

        WitnessReport report = spoilSome(scene, fault);

        report.addTo(figures).assertNothingWrong();
        // Zeros that can't be made by a clear are written by the kernel.
        int atLeast = scene.cell.operation() == Operation.CLEAR ? 0 : HITS;
        assertThat(failed(report, scene.cell.operation())).isBetween((long) atLeast, (long) HITS).isEqualTo(report.failed());
        assertThat(scene.device.state()).isEqualTo(State.LIVE);
        assertRaises(scene, Outcome.KNOWN);
    }

    private void dies(Scene scene, Dies expected) {
        WitnessRun run = witness.start(scene.device, scene.ledger, load(scene));
        run.awaitAcknowledged(10);
        if (expected.reason() == Reason.NO_PATH) {
            scene.device.update("no_path_s=1");
        }
        begin(scene);
        scene.device.await(State.DEAD);
        assertSaysWhy(scene.device, expected.reason(), expected.said());
        run.stop().addTo(figures).assertNothingWrong();

        end();
        long applied = endpoint.server().writeLog().last();
        assertThat(vm.run("dd if=/dev/zero of=" + scene.device.path() + " bs=4k count=1 oflag=direct").exit()).as("a write").isNotZero();
        assertThat(vm.run("dd if=" + scene.device.path() + " of=/dev/null bs=4k count=1 iflag=direct").exit()).as("a read").isNotZero();
        if (!(scene.cell.mishap().trouble() instanceof Trouble.Door)) {
            // Else what it had sent before may just be coming out of the endpoint's queue.
            assertThat(endpoint.server().writeLog().last()).as("changes").isEqualTo(applied);
        }
        assertSaysWhy(scene.device, expected.reason(), expected.said());

        scene.device.detach();
        Device next = attach(scene.blob);
        scene.ledger.handOver();
        witness.verify(next, scene.ledger).addTo(figures).assertClean();
        witness.start(next, scene.ledger, Load.untilStopped().withChanges(20)).await().addTo(figures).assertClean();
        figures.add("died as they should", 1);
    }

    // ---- making trouble ---------------------------------------------------------------------------------------------

    /** A whole load of which some requests are hit. */
    private WitnessReport spoilSome(Scene scene, Fault fault) {
        endpoint.server().faults().add(scene.rule(2 + random.nextInt(10), HITS), fault);
        WitnessReport report = witness.start(scene.device, scene.ledger, load(scene).withChanges(CHANGES)).await();
        int hit = endpoint.server().faults().list().getFirst().hit();
        assertThat(hit).as("requests hit").isEqualTo(HITS);
        figures.add("faults", hit);
        return report;
    }

    /** Trouble that lasts until a request has waited in vain. */
    private WitnessReport passTrouble(Scene scene) {
        WitnessRun run = witness.start(scene.device, scene.ledger, load(scene));
        run.awaitAcknowledged(10);
        begin(scene);
        vm.output(Until.counted(scene.device, "timeouts", 1));
        end();
        run.awaitAcknowledged(run.heard().acknowledged() + 20);
        return run.stop();
    }

    private WitnessReport endConnections(Scene scene, boolean reset) {
        WitnessRun run = witness.start(scene.device, scene.ledger, load(scene).withPause(2));
        for (int hit = 1; hit <= HITS; hit++) {
            run.awaitAcknowledged(hit * 10L);
            endpoint.server().disconnect(reset);
            figures.add("faults", 1);
        }
        run.awaitAcknowledged((HITS + 2) * 10L);
        return run.stop();
    }

    /** Trouble that lasts. Of requests: it begins with one of the cell's kind, and is the same for all from then on. */
    private void begin(Scene scene) {
        switch (scene.cell.mishap().trouble()) {
            case Trouble.Requests(Fault fault) -> {
                endpoint.server().faults().add(scene.rule(0, 0), fault);
                Await.until("a request is hit", () -> endpoint.server().faults().list().getFirst().hit() > 0);
                endpoint.server().faults().add(FaultRule.ALL, fault);
            }
            case Trouble.Clock(Duration ahead) -> endpoint.server().clock().skew(ahead.toMillis());
            case Trouble.Door(Accepting accepting) -> {
                accept(accepting);
                endpoint.server().disconnect(true);
            }
            case Trouble.Connections(boolean reset) -> endpoint.server().disconnect(reset);
        }
        figures.add("faults", 1);
    }

    private void end() {
        endpoint.server().faults().clear();
        endpoint.server().clock().skew(0);
        accept(Accepting.ON);
    }

    private void accept(Accepting how) {
        try {
            endpoint.server().accepting(how);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- common -----------------------------------------------------------------------------------------------------

    private Device attach(PageBlob blob) {
        return node.attach(blob.attach().withRequestLimit(REQUEST).with("conns", 6).with("no_path_s", 90));
    }

    private static Load load(Scene scene) {
        return Load.untilStopped().withReads(scene.cell.operation() == Operation.READ ? 70 : 30);
    }

    /** One raise may settle several changes. On a busy host any request may run out of its time, and has one of its own. */
    private static void assertRaises(Scene scene, Outcome outcome) {
        boolean some = outcome == Outcome.UNKNOWN && scene.cell.operation().changes();
        if (outcome != Outcome.EITHER) {
            long timeouts = scene.device.stats().number("timeouts");
            assertThat(scene.raises()).as("raises of the epoch, with %d timeouts", timeouts)
                    .isBetween(some ? 1L : 0L, (some ? HITS : 0) + timeouts);
        }
    }

    private static long failed(WitnessReport report, Operation operation) {
        return switch (operation) {
            case READ -> report.failedReads();
            case WRITE -> report.failedWrites();
            case CLEAR -> report.failedClears();
        };
    }

    /** To programs, to people, and in the log. */
    private void assertSaysWhy(Device device, Reason reason, String said) {
        Values info = device.get();
        assertThat(info.state()).isEqualTo(State.DEAD);
        assertThat(info.reason()).isEqualTo(reason);
        assertThat(device.attribute("state")).isEqualTo("dead");
        assertThat(device.attribute("reason")).isEqualTo(said);
        assertThat(vm.output("dmesg | tac | sed '/" + MARK + "/q'")).contains(device.name() + ": dead: " + said);
    }
}
