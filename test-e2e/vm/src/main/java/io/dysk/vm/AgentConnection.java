package io.dysk.vm;

import java.io.DataInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;

/**
 * The line to a guest's agent. A thread of its own takes all that comes, at all times (the agent counts on it), and
 * hands it to the commands. Thread-safe.
 */
final class AgentConnection implements AutoCloseable {

    private final SocketChannel socket;
    private final ReentrantLock sending = new ReentrantLock();
    private final AtomicInteger lastChannel = new AtomicInteger();
    private final Map<Integer, RunningCommand> commands = new ConcurrentHashMap<>();
    private volatile CompletableFuture<String> hello = new CompletableFuture<>();
    private volatile boolean ended;

    AgentConnection(SocketChannel socket, String name) {
        this.socket = socket;
        Thread.ofPlatform().daemon().name("vm-" + name).start(this::receiveAll);
    }

    /** The kernel's release, once the agent has said hello; fails when the machine ends before. */
    CompletableFuture<String> hello() {
        return hello;
    }

    /** The machine is about to boot again: what runs ends, and there will be another hello. */
    void expectReboot() {
        hello = new CompletableFuture<>();
    }

    /** Registers a command on a fresh channel, before anything can arrive for it. */
    RunningCommand open(IntFunction<RunningCommand> command) {
        int channel = lastChannel.incrementAndGet();
        RunningCommand running = command.apply(channel);
        commands.put(channel, running);
        if (ended) {
            running.machineEnded();
        }
        return running;
    }

    /** Sends a frame; when the machine has gone, silently not: whoever waits for an answer is told of that. */
    void send(Frame frame) {
        sending.lock();
        try {
            ByteBuffer bytes = frame.encode();
            while (bytes.hasRemaining()) {
                socket.write(bytes);
            }
        } catch (IOException e) {
            end();
        } finally {
            sending.unlock();
        }
    }

    private void receiveAll() {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(socket)))) {
            while (true) {
                receive(Frame.read(in));
            }
        } catch (IOException e) {
            end();
        }
    }

    private void receive(Frame frame) throws IOException {
        if (frame.type() == Frame.HELLO) {
            int version = frame.numbers().getInt();
            if (version != Frame.PROTOCOL_VERSION) {
                throw new IOException("the agent speaks version " + version + "; run test-e2e/setup");
            }
            endCommands();
            hello.complete(new String(frame.data(), 4, frame.data().length - 4));
            return;
        }
        RunningCommand command = frame.type() == Frame.EXIT
                ? commands.remove(frame.channel()) : commands.get(frame.channel());
        if (command != null) {
            command.received(frame);
        }
    }

    private void end() {
        ended = true;
        hello.completeExceptionally(new VmException.MachineGone("the machine ended"));
        endCommands();
    }

    private void endCommands() {
        commands.values().forEach(RunningCommand::machineEnded);
        commands.clear();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
