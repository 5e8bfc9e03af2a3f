package io.dysk.vm;

import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A command under way in a guest. Thread-safe. It ends by itself, by {@link #kill()}, or with its machine: leaving one
 * running when the test ends is no fault.
 */
public final class RunningCommand {

    private static final int SIGKILL = 9;

    private final VirtualMachine machine;
    private final AgentConnection agent;
    private final Command command;
    private final int channel;
    private final long startedNanos = System.nanoTime();
    private final CommandOutput stdout = new CommandOutput();
    private final CommandOutput stderr = new CommandOutput();
    private final CommandInput stdin;
    private final CompletableFuture<CommandResult> result = new CompletableFuture<>();

    RunningCommand(VirtualMachine machine, AgentConnection agent, Command command, int channel) {
        this.machine = machine;
        this.agent = agent;
        this.command = command;
        this.channel = channel;
        this.stdin = new CommandInput(agent, channel);
    }

    /** Standard input, when {@link Command#stdin()} was left open. Writing blocks while the command doesn't read. */
    public OutputStream stdin() {
        return stdin;
    }

    public boolean isRunning() {
        return !result.isDone();
    }

    /** What it has written to standard output until now. */
    public String stdoutSoFar() {
        return new String(stdout.soFar(), StandardCharsets.UTF_8);
    }

    /** What it has written to standard error until now. */
    public String stderrSoFar() {
        return new String(stderr.soFar(), StandardCharsets.UTF_8);
    }

    /**
     * Waits until it has written this text to standard output.
     *
     * @throws VmException when it ends without, or the command's deadline passes
     */
    public void awaitStdout(String text) {
        try {
            if (!stdout.await(text, remaining())) {
                if (result.isDone()) {
                    throw new VmException("ended without writing \"" + text + "\": " + await());
                }
                throw machine.deadlineMissed("no \"" + text + "\" from: " + command.line(), deadline());
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /**
     * Waits for its end.
     *
     * @throws VmException.DeadlineMissed when it runs longer than its deadline; the guest's tasks are dumped first
     * @throws VmException.MachineGone when the machine ends before it
     */
    public CommandResult await() {
        try {
            return result.get(Math.max(1, remaining().toMillis()), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw machine.deadlineMissed("still running: " + command.line() + "\n" + stdoutSoFar() + stderrSoFar(),
                    deadline());
        } catch (ExecutionException e) {
            throw machine.gone("while running: " + command.line() + "\n" + stdoutSoFar() + stderrSoFar());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Sends a signal to the command and its children. */
    public void signal(int number) {
        agent.send(Frame.number(Frame.SIGNAL, channel, number));
    }

    /** Ends the command and its children by SIGKILL; does not wait for it. */
    public void kill() {
        signal(SIGKILL);
    }

    int channel() {
        return channel;
    }

    /** Writes to these what it writes, as it comes: all of it, also what came before this call. They must be quick, and must not throw. */
    public void copyTo(OutputStream out, OutputStream err) {
        stdout.copyTo(out);
        stderr.copyTo(err);
    }

    /** Takes a frame of its channel. */
    void received(Frame frame) {
        switch (frame.type()) {
            case Frame.STDOUT -> stdout.append(frame.data());
            case Frame.STDERR -> stderr.append(frame.data());
            case Frame.WINDOW -> stdin.grant(frame.numbers().getInt());
            case Frame.EXIT -> {
                ByteBuffer numbers = frame.numbers();
                CommandResult ended = new CommandResult(numbers.getInt(), numbers.getInt(), stdout.soFar(),
                        stderr.soFar(), Duration.ofNanos(numbers.getLong()));
                end();
                result.complete(ended);
            }
            default -> throw new VmException("the agent sent a frame of type " + frame.type() + " for a command");
        }
    }

    /** The machine ended first. */
    void machineEnded() {
        end();
        result.completeExceptionally(new VmException.MachineGone("the machine ended"));
    }

    private void end() {
        stdin.end();
        stdout.end();
        stderr.end();
    }

    private Duration deadline() {
        return machine.patience(command.deadline());
    }

    private Duration remaining() {
        return deadline().minusNanos(System.nanoTime() - startedNanos);
    }

    private static VmException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new VmException("interrupted", e);
    }
}
