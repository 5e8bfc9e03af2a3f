package io.dysk.kernelsuite.witness;

import io.dysk.kernelsuite.Device;
import io.dysk.kernelsuite.Tools;
import io.dysk.vm.Command;
import io.dysk.vm.CommandResult;
import io.dysk.vm.VirtualMachine;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Load that remembers what it was told, on one machine. Thread-safe.
 *
 * <pre>{@code
 * Ledgers ledgers = new Ledgers();
 * Endpoint endpoint = Endpoint.start(BlobServerConfig.defaults().withWatcher(ledgers));
 * ...
 * Ledger ledger = ledgers.open(blob, WitnessPlan.of(seed, blobBytes));
 * WitnessRun run = Witness.on(vm).start(device, ledger, Load.of(Duration.ofSeconds(20)));
 * ... make faults ...
 * run.await().addTo(figures).assertNothingWrong();
 * ledger.verify(blob::read).addTo(figures).assertNothingWrong();
 * }</pre>
 */
public final class Witness {
    private static final String PROGRAM = "/usr/bin/witness";
    private static final Duration PATIENCE = Duration.ofSeconds(180);

    private final VirtualMachine vm;

    private Witness(VirtualMachine vm) {
        this.vm = vm;
    }

    /** Brings the program. */
    public static Witness on(VirtualMachine vm) {
        vm.put(Tools.program("witness"), PROGRAM);
        return new Witness(vm);
    }

    /** Starts on a device; goes on where the ledger's last run ended. */
    public WitnessRun start(Device device, Ledger ledger, Load load) {
        return start(device.path(), ledger, load);
    }

    /** Starts on any block device. */
    public WitnessRun start(String path, Ledger ledger, Load load) {
        String text = ledger.text();
        ledger.heard().begins();
        return run("device " + path + " " + ledger.plan().arguments() + " " + load.arguments() + " heard=-", text, load.time(),
                ledger.heard());
    }

    /** Reads all of a device and compares it with what was acknowledged, in the guest. */
    public WitnessReport verify(Device device, Ledger ledger) {
        return verify("verify-device " + device.path() + " " + ledger.plan().arguments(), ledger.text());
    }

    /** Starts in a directory of a file system that has no files of a witness yet. */
    public WitnessRun startFiles(String directory, WitnessPlan plan, Load load) {
        Heard heard = new Heard(plan.workers());
        heard.begins();
        return run("files " + directory + " seed=" + Long.toUnsignedString(plan.seed()) + " workers=" + plan.workers() + " "
                + load.arguments(), "", load.time(), heard);
    }

    /** Compares files with what was acknowledged until the run ended or its machine died. */
    public WitnessReport verifyFiles(String directory, WitnessPlan plan, Heard heard) {
        return verify("verify-files " + directory + " seed=" + Long.toUnsignedString(plan.seed()) + " workers=" + plan.workers(),
                heard.text());
    }

    private WitnessRun run(String arguments, String input, Duration time, Heard heard) {
        // "exec": a signal is for the program, not for a shell before it.
        Command command = Command.of("exec " + PROGRAM + " " + arguments).withStdin(input.getBytes(StandardCharsets.US_ASCII))
                .within(time.isZero() ? Duration.ofHours(2) : time.plus(PATIENCE));
        return new WitnessRun(vm, vm.start(command), heard);
    }

    private WitnessReport verify(String arguments, String input) {
        CommandResult result = vm.run(Command.of(PROGRAM + " " + arguments + " heard=-")
                .withStdin(input.getBytes(StandardCharsets.US_ASCII)).within(PATIENCE));
        if (!result.stdout().startsWith("end ")) {
            throw new AssertionError("the witness did not verify: " + result);
        }
        return WitnessReport.parse(result.stdout(), result.stderr());
    }
}
