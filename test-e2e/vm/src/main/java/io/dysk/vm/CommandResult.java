package io.dysk.vm;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;

/**
 * How a command ended.
 *
 * @param exit its exit status; 128 + the signal's number when a signal ended it, as the shell has it
 * @param signal the signal that ended it, or 0
 * @param stdoutBytes all that it and its children wrote until it ended
 * @param stderrBytes the same of standard error
 * @param duration how long it ran on the guest's clock, which under virtual time is not the host's
 */
public record CommandResult(int exit, int signal, byte[] stdoutBytes, byte[] stderrBytes, Duration duration) {

    public CommandResult {
        stdoutBytes = stdoutBytes.clone();
        stderrBytes = stderrBytes.clone();
        Objects.requireNonNull(duration, "duration");
    }

    public boolean succeeded() {
        return exit == 0;
    }

    public String stdout() {
        return new String(stdoutBytes, StandardCharsets.UTF_8);
    }

    public String stderr() {
        return new String(stderrBytes, StandardCharsets.UTF_8);
    }

    @Override
    public byte[] stdoutBytes() {
        return stdoutBytes.clone();
    }

    @Override
    public byte[] stderrBytes() {
        return stderrBytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CommandResult that && exit == that.exit && signal == that.signal
                && duration.equals(that.duration) && Arrays.equals(stdoutBytes, that.stdoutBytes)
                && Arrays.equals(stderrBytes, that.stderrBytes);
    }

    @Override
    public int hashCode() {
        return Objects.hash(exit, signal, duration, Arrays.hashCode(stdoutBytes), Arrays.hashCode(stderrBytes));
    }

    @Override
    public String toString() {
        return "exit " + exit + " after " + duration.toMillis() + " ms\n" + stdout() + stderr();
    }
}
