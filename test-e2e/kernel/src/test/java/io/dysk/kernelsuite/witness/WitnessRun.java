package io.dysk.kernelsuite.witness;

import io.dysk.vm.CommandResult;
import io.dysk.vm.RunningCommand;
import io.dysk.vm.VirtualMachine;
import io.dysk.vm.VmException;
import java.time.Duration;

/** A program under way in a guest. Thread-safe. */
public final class WitnessRun {
    private static final int SIGTERM = 15;

    private static final Duration PATIENCE = Duration.ofSeconds(180);
    private static final long LOOK_MILLISECONDS = 500;

    private final VirtualMachine vm;
    private final RunningCommand command;
    private final Heard heard;

    WitnessRun(VirtualMachine vm, RunningCommand command, Heard heard) {
        this.vm = vm;
        this.command = command;
        this.heard = heard;
        command.copyTo(new Lines(heard::line), Lines.ignored());
    }

    /** What it has been told so far. */
    public Heard heard() {
        return heard;
    }

    public boolean isRunning() {
        return command.isRunning();
    }

    /** Waits until so many changes were acknowledged, in all of the ledger's runs. Fails when it takes too long, or the run ends before. */
    public void awaitAcknowledged(long count) {
        await(count, "not " + count + " changes acknowledged in time");
        if (heard.acknowledged() < count) {
            throw new AssertionError("ended after " + heard.acknowledged() + " changes, not " + count + "\n" + command.stderrSoFar());
        }
    }

    private void await(long count, String otherwise) {
        try {
            long limit = System.nanoTime() + PATIENCE.toNanos();
            // A program that can't even begin ends without a word.
            while (!heard.await(count, LOOK_MILLISECONDS) && command.isRunning()) {
                if (System.nanoTime() > limit) {
                    vm.sysrq('w');
                    throw new AssertionError(otherwise + "; blocked tasks are in " + vm.logs() + "\n" + command.stderrSoFar());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Ends it when its operations under way have ended, and says what it counted. Fails when they don't end. */
    public WitnessReport stop() {
        command.signal(SIGTERM);
        await(Long.MAX_VALUE, "operations under way do not end");
        return await();
    }

    /** Waits for its own end. */
    public WitnessReport await() {
        CommandResult result = command.await();
        if (heard.end() == null) {
            throw new AssertionError("the witness ended early: exit " + result.exit() + ", signal " + result.signal() + "\n"
                    + result.stderr());
        }
        return WitnessReport.parse(heard.end(), result.stderr());
    }

    /** Its machine was killed: waits until all is heard that it had said. */
    public Heard awaitMachineGone() {
        try {
            command.await();
            throw new AssertionError("the witness ended before its machine: " + heard.end() + "\n" + command.stderrSoFar());
        } catch (VmException.MachineGone expected) {
            return heard;
        }
    }
}
