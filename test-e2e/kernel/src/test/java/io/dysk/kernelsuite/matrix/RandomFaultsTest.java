package io.dysk.kernelsuite.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blobserver.BlobServerConfig;
import io.dysk.kernelsuite.Device;
import io.dysk.kernelsuite.Effort;
import io.dysk.kernelsuite.Endpoint;
import io.dysk.kernelsuite.Figures;
import io.dysk.kernelsuite.FioResult;
import io.dysk.kernelsuite.Node;
import io.dysk.kernelsuite.OnOneNode;
import io.dysk.kernelsuite.PageBlob;
import io.dysk.kernelsuite.State;
import io.dysk.kernelsuite.Tools;
import io.dysk.kernelsuite.Values;
import io.dysk.kernelsuite.witness.Ledger;
import io.dysk.kernelsuite.witness.Ledgers;
import io.dysk.kernelsuite.witness.Load;
import io.dysk.kernelsuite.witness.Witness;
import io.dysk.kernelsuite.witness.WitnessPlan;
import io.dysk.kernelsuite.witness.WitnessReport;
import io.dysk.kernelsuite.witness.WitnessRun;
import io.dysk.vm.Command;
import io.dysk.vm.CommandResult;
import io.dysk.vm.KernelConfig;
import io.dysk.vm.KernelTest;
import io.dysk.vm.RunningCommand;
import io.dysk.vm.VirtualMachine;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * All faults that a device must survive, at random and many at once, under load that checks what it reads. Whoever made the
 * I/O hears of none of them.
 */
@KernelTest
@Tag("matrix")
class RandomFaultsTest extends OnOneNode {
    private static final long MIB = 1 << 20;
    /** Beyond the storm itself; an emulated machine on a busy host is slow. */
    private static final Duration GRACE = Duration.ofMinutes(4);
    private static final Weather WEATHER = new Weather();

    private static final Ledgers LEDGERS = new Ledgers();

    private final Witness witness;
    /** Long enough that programs have begun before a short storm is over. */
    private final Effort effort = Effort.asked(KernelConfig.ofDefault().patience(Duration.ofSeconds(5)));

    RandomFaultsTest(VirtualMachine vm) {
        super(vm, Endpoint.start(BlobServerConfig.defaults().withFaults(WEATHER).withWatcher(LEDGERS)));
        witness = Witness.on(vm);
        vm.put(Tools.program("filetree"), "/usr/bin/filetree");
    }

    @Test
    void nothingIsLostStaleOrForeignAndNothingFalselyAcknowledged() throws InterruptedException {
        PageBlob blob = endpoint.create("witness", 16 * MIB);
        Device device = attach(blob);
        Ledger ledger = LEDGERS.open(blob, WitnessPlan.of(effort.seed(), 16 * MIB));
        Figures figures = begin("matrix-witness");

        WitnessRun run = witness.start(device, ledger, Load.untilStopped());
        storm("witness").join();
        WitnessReport report = run.stop();

        report.addTo(figures).assertClean();
        witness.verify(device, ledger).addTo(figures).assertClean();
        ledger.verify(blob::read).addTo(figures).assertNothingWrong();
        assertSurvived(device);
        report(figures.most("time to recover (s)", report.slowestMilliseconds() / 1e3), device);
    }

    @Test
    void fioFindsWhatItWrote() throws InterruptedException {
        Device device = attach(endpoint.create("fio", 32 * MIB));
        Figures figures = begin("matrix-fio");

        Thread storm = storm("fio");
        for (int round = 1; round == 1 || storm.isAlive(); round++) {
            FioResult result = FioResult.parse(vm.output(fio(device.path(), round, "--rw=randrw --bsrange=4k-64k --size=32m --io_size=4m"
                    + " --iodepth=16")));
            assertThat(result.error()).isZero();
            figures.add("reads", result.reads()).add("writes", result.writes()).most("time to recover (s)", result.slowestMilliseconds() / 1000);
        }
        storm.join();

        assertSurvived(device);
        report(figures, device);
    }

    @ParameterizedTest
    @EnumSource(FileSystem.class)
    void filesThatWereSyncedAreThereAndTheFileSystemIsWhole(FileSystem fileSystem) throws InterruptedException {
        String name = fileSystem.name().toLowerCase();
        Device device = attach(endpoint.create(name, 320 * MIB));
        fileSystem.make(device);
        fileSystem.mount(device);
        vm.output("mkdir " + FileSystem.MOUNT + "/tree");
        Figures figures = begin("matrix-" + name);

        Thread storm = storm(name);
        RunningCommand tree = vm.start(Command.of("filetree work " + FileSystem.MOUNT + "/tree " + effort.seed() + " "
                + effort.time().toSeconds()).within(effort.time().plus(GRACE)));
        for (int round = 1; round == 1 || storm.isAlive(); round++) {
            FioResult result = FioResult.parse(vm.output(fio(FileSystem.MOUNT + "/data", round, "--rw=randwrite --bs=4k --size=1m --fsync=1")));
            assertThat(result.error()).isZero();
            figures.add("fsyncs of a file", result.writes()).most("time to recover (s)", result.slowestMilliseconds() / 1000);
        }
        storm.join();
        CommandResult worked = tree.await();
        assertThat(worked.exit()).as(worked.toString()).isZero();

        fileSystem.unmount(device);
        fileSystem.check(device);
        fileSystem.mount(device);
        CommandResult checked = vm.run(Command.of("filetree check " + FileSystem.MOUNT + "/tree").withStdin(worked.stdoutBytes()));
        assertThat(checked.exit()).as(checked.toString()).isZero();
        fileSystem.unmount(device);
        assertSurvived(device);
        Values steps = Values.parse(worked.stderr());
        for (String step : new String[] {"written", "renamed", "removed"}) {
            figures.add("files " + step, steps.number(step));
        }
        report(figures, device);
    }

    // ---- common -----------------------------------------------------------------------------------------------------

    private Device attach(PageBlob blob) {
        return node.attach(blob.attach().withRequestLimit(Duration.ofSeconds(1)).with("conns", 8));
    }

    private Figures begin(String name) {
        WEATHER.forget();
        return new Figures(name).set("seed", Long.toString(effort.seed()));
    }

    private Thread storm(String part) {
        return Thread.ofVirtual().start(() -> WEATHER.storm(endpoint.server(), effort.random(part), effort.time()));
    }

    private Command fio(String file, int round, String options) {
        return Command.of(Node.fioLine("--filename=" + file + " --verify=crc32c --verify_fatal=1 --do_verify=1 --verify_backlog=64"
                + " --randseed=" + (effort.seed() + round) + " " + options)).within(effort.time().plus(GRACE));
    }

    /** Nobody was told of an error, and it isn't in trouble any more. */
    private static void assertSurvived(Device device) {
        Values stats = device.stats();
        for (String operation : new String[] {"read", "write", "clear"}) {
            assertThat(stats.number(operation + "_failed")).as(operation).isZero();
        }
        assertThat(device.state()).isEqualTo(State.LIVE);
    }

    private static void report(Figures figures, Device device) {
        Map<Mishap, Long> made = new TreeMap<>(WEATHER.made());
        Values stats = device.stats();
        assertThat(made).as("faults").isNotEmpty();
        figures.add("faults", made.values().stream().mapToLong(Long::longValue).sum()).set("by kind", made.toString())
                .add("raises", stats.number("fences")).report();
    }
}
