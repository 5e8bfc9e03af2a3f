package io.dysk.kernelsuite.network;

import io.dysk.blobserver.BlobServerConfig;
import io.dysk.kernelsuite.Await;
import io.dysk.kernelsuite.Device;
import io.dysk.kernelsuite.Endpoint;
import io.dysk.kernelsuite.Figures;
import io.dysk.kernelsuite.OnOneNode;
import io.dysk.kernelsuite.PageBlob;
import io.dysk.kernelsuite.witness.Ledger;
import io.dysk.kernelsuite.witness.Ledgers;
import io.dysk.kernelsuite.witness.Load;
import io.dysk.kernelsuite.witness.Witness;
import io.dysk.kernelsuite.witness.WitnessPlan;
import io.dysk.kernelsuite.witness.WitnessReport;
import io.dysk.kernelsuite.witness.WitnessRun;
import io.dysk.vm.KernelConfig;
import io.dysk.vm.VirtualMachine;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;

/** Tests under a load that remembers, on one machine, with a link that breaks. Devices wait for their endpoints for ever. */
abstract class OnALink extends OnOneNode {
    /** The devices' limit for a try of a request. */
    static final Duration REQUEST = Duration.ofSeconds(2);
    /** The module's limit for one address. */
    static final Duration CONNECT = Duration.ofSeconds(5);
    /** The module's longest pause between two tries. */
    static final Duration PAUSE = Duration.ofSeconds(2);
    /**
     * From the end of a fault until I/O goes on: a try that hangs runs into its limit, a connection that was begun too, then there is a pause, and
     * TCP may have one as long as the fault was; the rest is for emulation on a busy host.
     */
    static final Duration RECOVERY = REQUEST.plus(CONNECT).plus(PAUSE).plus(KernelConfig.ofDefault().patience(Duration.ofSeconds(15)));

    private static final long BYTES = 8 << 20;
    private static final String FOR_EVER = "4294967295";

    final Link link;
    private final Ledgers ledgers;
    private final Witness witness;
    private final Figures figures;
    private int made;

    OnALink(VirtualMachine vm, String figures) {
        Ledgers ledgers = new Ledgers();
        super(vm, Endpoint.start(BlobServerConfig.defaults().withWatcher(ledgers)));
        this.ledgers = ledgers;
        this.witness = Witness.on(vm);
        this.link = new Link(vm);
        this.figures = new Figures(figures);
    }

    /** Before the devices are detached, which the base class does. */
    @AfterEach
    final void mend() {
        link.mend();
    }

    @AfterAll
    final void report() {
        figures.report();
    }

    /** A device under load. */
    record Loaded(PageBlob blob, Device device, Ledger ledger, WitnessRun run) {
        /** Changes that were acknowledged so far. */
        long acknowledged() {
            return ledger.heard().acknowledged();
        }
    }

    /** Attaches a new blob to these addresses, and changes it all the time. */
    Loaded load(int port, String... addresses) {
        PageBlob blob = endpoint.create("link" + made, BYTES);
        Device device = node.attach(blob.attach().at(addresses).atPort(port).with("request_ms", REQUEST.toMillis()).with("no_path_s", FOR_EVER));
        Ledger ledger = ledgers.open(blob, WitnessPlan.of(made++, BYTES).withLongest(16));
        // No more than the links with little room can bring in the time of a request.
        WitnessRun run = witness.start(device, ledger, Load.untilStopped().withPause(10));
        Loaded loaded = new Loaded(blob, device, ledger, run);
        run.awaitAcknowledged(50);
        return loaded;
    }

    /** The fault has just ended, or what remains of the way should do: I/O goes on in time. */
    void recovers(String what, Loaded loaded, Duration bound) {
        long start = System.nanoTime();
        long before = loaded.acknowledged();
        // One more of each worker's, so that none is left behind.
        Await.until("I/O goes on after: " + what, () -> loaded.acknowledged() >= before + 2L * loaded.ledger().plan().workers());
        Duration lasted = Duration.ofNanos(System.nanoTime() - start);
        figures.add("faults", 1).most("time to recover s", lasted.toMillis() / 1e3);
        if (lasted.compareTo(bound) > 0) {
            throw new AssertionError(what + ": I/O went on only after " + lasted + ", more than " + bound);
        }
    }

    /** Ends the load. Nothing may have failed, got lost, or be acknowledged and not there. */
    void nothingIsWrong(Loaded loaded) {
        WitnessReport report = loaded.run().stop().addTo(figures);
        report.assertClean();
        loaded.ledger().verify(loaded.blob()::read).addTo(figures).assertNothingWrong();
        figures.add("fences", loaded.device().stats().number("fences"));
        loaded.device().detach();
    }
}
