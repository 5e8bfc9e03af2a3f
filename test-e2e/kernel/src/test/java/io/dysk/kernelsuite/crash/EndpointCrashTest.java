package io.dysk.kernelsuite.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blobserver.BlobServer;
import io.dysk.kernelsuite.AttachSpec;
import io.dysk.kernelsuite.Await;
import io.dysk.kernelsuite.Device;
import io.dysk.kernelsuite.Effort;
import io.dysk.kernelsuite.Endpoint;
import io.dysk.kernelsuite.Figures;
import io.dysk.kernelsuite.Node;
import io.dysk.kernelsuite.State;
import io.dysk.kernelsuite.matrix.FileSystem;
import io.dysk.kernelsuite.witness.Heard;
import io.dysk.kernelsuite.witness.Ledger;
import io.dysk.kernelsuite.witness.Load;
import io.dysk.kernelsuite.witness.Witness;
import io.dysk.kernelsuite.witness.WitnessPlan;
import io.dysk.kernelsuite.witness.WitnessRun;
import io.dysk.vm.KernelTest;
import io.dysk.vm.VirtualMachine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The service is killed and starts again while it is written to: for the device an outage, which nobody on the node sees but by the time it takes. */
@KernelTest
@Tag("crash")
@TestInstance(Lifecycle.PER_CLASS)
class EndpointCrashTest {
    private static final long MIB = 1 << 20;
    private static final Effort EFFORT = Effort.asked(Duration.ZERO);
    private static final int KILLS = Math.max(2, Integer.getInteger("dysk.kills", 3) / 5);
    private static final long LONGEST_MOMENT = 60_000_000;
    private static final int NO_PATH_SECONDS = 300;

    private final Node node;
    private final Witness witness;
    private final Figures figures = new Figures("crash-endpoint").set("seed", Long.toString(EFFORT.seed()));
    private double recoverSeconds;

    EndpointCrashTest(VirtualMachine vm) {
        this.node = Node.on(vm);
        this.witness = Witness.on(vm);
    }

    @AfterEach
    void clear() {
        node.clear();
    }

    @AfterAll
    void report() {
        figures.set("seconds to recover, mean", recoverSeconds / Math.max(1, figures.count("endpoint killed"))).report();
    }

    @Test
    void whatWasAcknowledgedSurvivesTheService(@TempDir Path directory) throws IOException {
        long bytes = 16 * MIB;
        Ledger ledger = Ledger.hearing(WitnessPlan.of(EFFORT.seed(), bytes));
        try (EndpointProcess endpoint = EndpointProcess.start(directory)) {
            Device device = attach(endpoint.create("raw", bytes));
            WitnessRun run = witness.start(device, ledger, Load.untilStopped());
            killAndRestart(endpoint, run, 20, 300);

            run.stop().addTo(figures).assertClean();
            assertRecovered(device);
            witness.verify(device, ledger).addTo(figures).assertClean();
            device.detach();
            endpoint.kill();
            try (BlobServer left = endpoint.inspect()) {
                ledger.verify(left.blob(Endpoint.ACCOUNT, Endpoint.CONTAINER, "raw")::read).addTo(figures).assertNothingWrong();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(FileSystem.class)
    @Tag("long")
    void whatWasSyncedSurvivesTheService(FileSystem kind, @TempDir Path directory) {
        WitnessPlan plan = WitnessPlan.ofFiles(EFFORT.seed() + kind.ordinal(), 4);
        try (EndpointProcess endpoint = EndpointProcess.start(directory)) {
            Device device = attach(endpoint.create("files", 320 * MIB));
            kind.make(device);
            kind.mount(device);
            WitnessRun run = witness.startFiles(FileSystem.MOUNT, plan, Load.untilStopped().withReads(10));
            killAndRestart(endpoint, run, 5, 60);

            run.stop().addTo(figures).assertClean();
            Heard heard = run.heard();
            figures.add("acknowledged", heard.acknowledged());
            assertRecovered(device);
            kind.unmount(device);
            kind.check(device);
            kind.mount(device);
            witness.verifyFiles(FileSystem.MOUNT, plan, heard).addTo(figures).assertClean();
            kind.unmount(device);
            device.detach();
        }
    }

    private Device attach(AttachSpec spec) {
        return node.attach(spec.with("no_path_s", NO_PATH_SECONDS));
    }

    private void killAndRestart(EndpointProcess endpoint, WitnessRun run, int least, int most) {
        SplittableRandom random = EFFORT.random("endpoint " + most);
        for (int kill = 0; kill < KILLS; kill++) {
            run.awaitAcknowledged(run.heard().acknowledged() + random.nextInt(least, most));
            // Not a wait for anything: the moment is to be any.
            LockSupport.parkNanos(random.nextLong(LONGEST_MOMENT));
            endpoint.kill();
            endpoint.restart();
            long start = System.nanoTime();
            long before = run.heard().acknowledged();
            Await.until("writes go on", () -> run.heard().acknowledged() > before);
            double seconds = (System.nanoTime() - start) / 1e9;
            recoverSeconds += seconds;
            figures.add("endpoint killed", 1).most("seconds to recover, most", seconds);
        }
    }

    private void assertRecovered(Device device) {
        assertThat(device.state()).isEqualTo(State.LIVE);
        assertThat(device.stats().number("write_failed") + device.stats().number("read_failed")).isZero();
        assertThat(device.stats().number("connect_failures") + device.stats().number("resets")).as("outages").isPositive();
    }
}
