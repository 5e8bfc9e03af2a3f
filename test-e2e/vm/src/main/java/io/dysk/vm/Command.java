package io.dysk.vm;

import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;

/**
 * What to run in a guest.
 *
 * @param line for {@code /bin/sh -c}, as root, in {@code /root}
 * @param stdin all of its standard input, or null when the caller writes it to {@link RunningCommand#stdin()}
 * @param deadline how long it may take on the host's clock, from its start
 */
public record Command(String line, byte[] stdin, Duration deadline) {

    /** Long enough for anything but what is meant to take long, on a busy machine with emulation. */
    public static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(60);

    public Command {
        Objects.requireNonNull(line, "line");
        Objects.requireNonNull(deadline, "deadline");
        stdin = stdin == null ? null : stdin.clone();
    }

    public static Command of(String line) {
        return new Command(line, new byte[0], DEFAULT_DEADLINE);
    }

    public Command withStdin(byte[] bytes) {
        return new Command(line, bytes, deadline);
    }

    /** The caller will write the standard input, and close it. */
    public Command withOpenStdin() {
        return new Command(line, null, deadline);
    }

    public Command within(Duration limit) {
        return new Command(line, stdin, limit);
    }

    @Override
    public byte[] stdin() {
        return stdin == null ? null : stdin.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Command that && line.equals(that.line) && deadline.equals(that.deadline)
                && Arrays.equals(stdin, that.stdin);
    }

    @Override
    public int hashCode() {
        return Objects.hash(line, deadline, Arrays.hashCode(stdin));
    }
}
