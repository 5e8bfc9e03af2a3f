package io.dysk.kernelsuite.witness;

import io.dysk.vm.CommandResult;
import io.dysk.vm.RunningCommand;
import io.dysk.vm.VmException;
import java.time.Duration;

/** A program under way in a guest. Thread-safe. */
public final class WitnessRun {
    private static final int SIGTERM = 15;

    private final RunningCommand command;
    private final Heard heard;

    WitnessRun(RunningCommand command, Heard heard) {
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
        try {
            if (!heard.await(count, Duration.ofSeconds(120).toMillis()) || heard.acknowledged() < count) {
                throw new AssertionError("acknowledged only " + heard.acknowledged() + " changes, not " + count + "\n"
                        + command.stderrSoFar());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Ends it when its operations under way have ended, and says what it counted. */
    public WitnessReport stop() {
        command.signal(SIGTERM);
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
