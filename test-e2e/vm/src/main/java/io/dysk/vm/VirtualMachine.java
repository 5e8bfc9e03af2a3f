package io.dysk.vm;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * A running virtual machine. Commands in it do not need its network, and several may run at the same time. Thread-safe.
 *
 * <p>Its logs are under {@code target/vm/<name>}: {@code console.log} (all the kernel said from the end of its boot on,
 * warnings before), {@code dmesg.txt} (taken at {@link #close()}), {@code qemu.log}. Nothing else outlives it.
 *
 * <p>Whatever hangs in it, no method waits longer than its deadline: then the tasks of the guest's kernel are dumped
 * to the console log and {@link VmException.DeadlineMissed} is thrown.
 */
public final class VirtualMachine implements AutoCloseable {

    private static final Duration POWER_OFF_DEADLINE = Duration.ofSeconds(60);
    private static final Duration SYSRQ_DEADLINE = Duration.ofSeconds(5);
    private static final Duration DMESG_DEADLINE = Duration.ofSeconds(10);
    private static final int TAIL = 60;

    /**
     * Only what is older than five seconds counts as lost, and only when two scans agree
     * (Documentation/dev-tools/kmemleak.rst).
     */
    private static final String LEAKS = "sleep 6; for scan in 1 2; do echo scan > /sys/kernel/debug/kmemleak || exit; done;"
            + " cat /sys/kernel/debug/kmemleak";
    private static final String DEVICES = "cat /proc/uptime; grep -s . /sys/block/dysk*/dysk/*";
    private static final Duration LEAKS_DEADLINE = Duration.ofSeconds(60);

    private static final int BOOT_TRIES = 3;
    private static final int SLOW_BOOT_TRIES = 2;

    private final VmSpec spec;
    private final Path logs;
    private final Path work;
    private final QemuProcess qemu;
    private final QemuControl control;
    private final Console console;
    private final AgentConnection agent;
    private final List<Pattern> allowed = new CopyOnWriteArrayList<>();
    private final AtomicBoolean asking = new AtomicBoolean();
    private String kernelRelease;
    private Duration bootDuration;
    private boolean closed;

    private VirtualMachine(VmSpec spec) throws IOException {
        long start = System.nanoTime();
        this.spec = spec;
        this.logs = Files.createDirectories(Workspace.logs(spec.name()));
        for (String old : List.of("console.log", "dmesg.txt", "qemu.log")) {
            Files.deleteIfExists(logs.resolve(old));
        }
        this.work = WorkDirectory.create();
        try {
            GuestImage image = GuestImage.of(spec.kernel());
            Path payload = spec.payload().isEmpty() ? null : Payload.build(image, spec.payload(), work);
            this.qemu = QemuProcess.start(Qemu.command(spec, image, payload, work, logs.resolve("console.log")),
                    logs.resolve("qemu.log"));
        } catch (VmException e) {
            WorkDirectory.delete(work);
            throw e;
        }
        try {
            this.control = new QemuControl(work.resolve("control"));
            this.console = new Console(work.resolve("console"), logs.resolve("console.log"), control);
            this.agent = new AgentConnection(connect(start + patience(spec.bootDeadline()).toNanos()), spec.name());
            awaitHello(start);
        } catch (VmException e) {
            qemu.kill();
            WorkDirectory.delete(work);
            throw e;
        }
    }

    /**
     * Boots a machine and waits until it takes commands. One that ends before that is tried again, and so is, once, one that doesn't get that
     * far in time: nothing of ours runs in it yet. With several processors QEMU itself ends in one boot of some hundreds (an assertion about
     * its memory map), or the guest's kernel does; and on a host that is very busy a kernel may measure a processor's timer wrong, and wait for
     * it for ever.
     *
     * @throws VmException when it doesn't; the message has the end of its console log
     */
    public static VirtualMachine boot(VmSpec spec) {
        for (int tries = 1; ; tries++) {
            try {
                return new VirtualMachine(spec);
            } catch (VmException.MachineGone | VmException.DeadlineMissed e) {
                if (tries == (e instanceof VmException.DeadlineMissed ? SLOW_BOOT_TRIES : BOOT_TRIES)) {
                    throw e;
                }
                System.out.println(e.getMessage() + "\nbooting " + spec.name() + " again");
            } catch (IOException e) {
                throw new VmException("cannot boot " + spec.name(), e);
            }
        }
    }

    public VmSpec spec() {
        return spec;
    }

    /** Where its logs are. */
    public Path logs() {
        return logs;
    }

    /** As {@code uname -r} has it. */
    public String kernelRelease() {
        return kernelRelease;
    }

    /** From the start (or the wish to restart) until the agent answered, on the host's clock. */
    public Duration bootDuration() {
        return bootDuration;
    }

    public boolean isRunning() {
        return qemu.isAlive();
    }

    /**
     * The port of the host's 127.0.0.1 that leads to a port of the guest. It stays the same over restarts.
     *
     * @param guestPort one of {@link VmSpec#forwardedPorts()}
     */
    public int forwardedPort(int guestPort) {
        return control.forwardedPort(guestPort);
    }

    // ---- commands ---------------------------------------------------------------------------------------------------

    /** Runs a command line to its end, whatever its exit status. */
    public CommandResult run(String line) {
        return run(Command.of(line));
    }

    /** Runs a command to its end, whatever its exit status. */
    public CommandResult run(Command command) {
        return start(command).await();
    }

    /**
     * Runs a command line that must succeed.
     *
     * @return what it wrote to standard output, without the line's end
     * @throws VmException.CommandFailed when it doesn't
     */
    public String output(String line) {
        return output(Command.of(line));
    }

    /** Runs a command that must succeed; see {@link #output(String)}. */
    public String output(Command command) {
        CommandResult result = run(command);
        if (!result.succeeded()) {
            throw new VmException.CommandFailed(command.line(), result);
        }
        return result.stdout().stripTrailing();
    }

    /** Starts a command line and leaves it running. */
    public RunningCommand start(String line) {
        return start(Command.of(line));
    }

    /** Starts a command and leaves it running. Its deadline begins now, but only who waits for it will notice. */
    public RunningCommand start(Command command) {
        return start(command, 0, 0);
    }

    /** Starts a shell line on a terminal of the guest. */
    RunningCommand startOnTerminal(Command command, int rows, int columns) {
        return start(command, 3, rows << 16 | columns);
    }

    /** Writes a file in the guest; makes the directories above it. */
    public void put(byte[] content, String guestPath, int mode) {
        requireSuccess("write " + guestPath, start(new Command(guestPath, content, Command.DEFAULT_DEADLINE), 1, mode));
    }

    /** Copies a file of the host into the guest, executable if it is so here. */
    public void put(Path hostFile, String guestPath) {
        try {
            put(Files.readAllBytes(hostFile), guestPath, Files.isExecutable(hostFile) ? 0755 : 0644);
        } catch (IOException e) {
            throw new VmException("cannot read " + hostFile, e);
        }
    }

    /** The content of a file in the guest. */
    public byte[] get(String guestPath) {
        return requireSuccess("read " + guestPath, start(Command.of(guestPath), 2, 0)).stdoutBytes();
    }

    private CommandResult requireSuccess(String what, RunningCommand command) {
        CommandResult result = command.await();
        if (!result.succeeded()) {
            throw new VmException.CommandFailed(what, result);
        }
        return result;
    }

    private RunningCommand start(Command command, int kind, int argument) {
        byte[] text = command.line().getBytes(StandardCharsets.UTF_8);
        ByteBuffer data = ByteBuffer.allocate(5 + text.length).order(ByteOrder.LITTLE_ENDIAN);
        data.put((byte) kind).putInt(argument).put(text);
        RunningCommand running = agent.open(channel -> new RunningCommand(this, agent, command, channel));
        agent.send(new Frame(Frame.START, running.channel(), data.array()));
        byte[] stdin = command.stdin();
        if (stdin != null) {
            feed(running, stdin);
        }
        return running;
    }

    /** What fits the agent's window goes at once; a thread brings the rest as the command reads. */
    private void feed(RunningCommand running, byte[] stdin) {
        Runnable write = () -> {
            try (var in = running.stdin()) {
                in.write(stdin);
            } catch (IOException e) {
                // Only an interrupt says so, and nobody interrupts this thread.
                throw new VmException("cannot write standard input", e);
            }
        };
        if (stdin.length == 0) {
            write.run();
        } else {
            Thread.ofVirtual().start(write);
        }
    }

    // ---- power ------------------------------------------------------------------------------------------------------

    /**
     * Shuts down in an orderly way: ends the processes, unmounts the disks.
     *
     * @return how long that took, on the host's clock
     */
    public Duration powerOff() {
        long start = System.nanoTime();
        agent.send(new Frame(Frame.POWER, 0, new byte[] {0}));
        Duration limit = patience(POWER_OFF_DEADLINE);
        if (!qemu.awaitEnd(limit)) {
            throw deadlineMissed("still powering off", limit);
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /**
     * Restarts in an orderly way, and waits until commands can run again. What was written to the file system is gone.
     *
     * @return how long that took, down and up, on the host's clock
     */
    public Duration reboot() {
        long start = System.nanoTime();
        agent.expectReboot();
        control.execute("set-action", "{\"reboot\":\"reset\"}");
        agent.send(new Frame(Frame.POWER, 0, new byte[] {1}));
        awaitHello(start);
        control.execute("set-action", "{\"reboot\":\"shutdown\"}");
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** Ends the machine at once, like a power cut. */
    public void kill() {
        qemu.kill();
    }

    /** Stops all its processors, like a host that is too busy; its clock goes on. */
    public void freeze() {
        control.execute("stop", "{}");
    }

    /** Lets it go on after {@link #freeze()}. */
    public void thaw() {
        control.execute("cont", "{}");
    }

    // ---- the kernel's log -------------------------------------------------------------------------------------------

    /** Presses a SysRq key; what the kernel answers is in its log. */
    public void sysrq(char key) {
        console.sysrq(key, SYSRQ_DEADLINE);
    }

    /** What the kernel has said until now: all from the end of its boot on, warnings before. */
    public KernelLog kernelLog() {
        return KernelLog.of(console.text());
    }

    /** Complaints with this in them are expected. Says nothing about others. */
    public void allowInKernelLog(String regex) {
        allowed.add(Pattern.compile(regex));
    }

    /** Fails when the kernel complained about something that was not allowed. */
    public void checkKernelLog() {
        kernelLog().check(allowed);
    }

    /**
     * Fails when the kernel has lost memory, if it is one that can tell (kmemleak) and still runs. Takes it at least ten seconds, so
     * this is for the end of a test class.
     */
    public void checkForLeaks() {
        if (!qemu.isAlive() || !KernelConfig.of(spec.kernel()).has("DEBUG_KMEMLEAK")) {
            return;
        }
        String found = output(Command.of(LEAKS).within(LEAKS_DEADLINE));
        if (!found.isEmpty()) {
            throw new AssertionError("the guest's kernel lost memory:\n" + found);
        }
    }

    /** Memory of the kernel's own that it can't give back, in bytes: grows with a leak. */
    public long unreclaimableSlabBytes() {
        return Long.parseLong(output("awk '/^SUnreclaim:/ { print $2 }' /proc/meminfo")) * 1024;
    }

    // ---- the end ----------------------------------------------------------------------------------------------------

    /** Saves the kernel's messages and ends the machine, without an orderly shutdown. Checks nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (qemu.isAlive()) {
                saveMessages();
            }
        } finally {
            qemu.kill();
            try {
                agent.close();
            } catch (IOException e) {
                // It is of no more use.
            }
            WorkDirectory.delete(work);
        }
    }

    private void saveMessages() {
        try {
            CommandResult messages = run(Command.of("dmesg").within(DMESG_DEADLINE));
            Files.write(logs.resolve("dmesg.txt"), messages.stdoutBytes());
        } catch (VmException.MachineGone | VmException.DeadlineMissed e) {
            // A machine that hangs has said what it can on its console.
        } catch (IOException e) {
            throw new VmException("cannot save the kernel's messages", e);
        }
    }

    // ---- what others report -----------------------------------------------------------------------------------------

    /** How long to wait for this machine's kernel where another one would have so long. */
    Duration patience(Duration limit) {
        return KernelConfig.of(spec.kernel()).patience(limit);
    }

    /** Asks what state devices are in, dumps the guest's tasks to its console, then gives the exception to throw. */
    VmException.DeadlineMissed deadlineMissed(String what, Duration limit) {
        StringBuilder report = new StringBuilder(spec.name()).append(": more than ").append(limit.toMillis())
                .append(" ms: ").append(what).append(devices());
        for (char key : new char[] {'w', 'l'}) {
            try {
                sysrq(key);
            } catch (VmException e) {
                report.append("\nno SysRq ").append(key).append(": ").append(e.getMessage());
            }
        }
        return new VmException.DeadlineMissed(report + whatItSaid());
    }

    /** Before SysRq, which wakes what may have slept by mistake. A machine that doesn't answer even that has missed this deadline too. */
    private String devices() {
        if (!asking.compareAndSet(false, true)) {
            return "";
        }
        try {
            return "\n" + run(Command.of(DEVICES).within(DMESG_DEADLINE)).stdout();
        } catch (VmException e) {
            return "\nit doesn't answer";
        } finally {
            asking.set(false);
        }
    }

    VmException.MachineGone gone(String what) {
        // What it said last may be why.
        qemu.awaitEnd(Duration.ofSeconds(2));
        return new VmException.MachineGone(spec.name() + " ended " + what + whatItSaid());
    }

    private String whatItSaid() {
        try {
            String own = Files.readString(logs.resolve("qemu.log"));
            return (own.isBlank() ? "" : "\n--- QEMU said:\n" + own) + "\n--- end of " + logs.resolve("console.log")
                    + ":\n" + console.tail(TAIL);
        } catch (IOException e) {
            return "\n(no log: " + e + ")";
        }
    }

    // ---- starting ---------------------------------------------------------------------------------------------------

    private SocketChannel connect(long deadline) throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(work.resolve("agent"));
        while (true) {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.connect(address);
                return channel;
            } catch (IOException e) {
                channel.close();
                if (!qemu.isAlive() || System.nanoTime() > deadline) {
                    throw new VmException("QEMU did not start:\n" + Files.readString(logs.resolve("qemu.log")), e);
                }
                Pause.millis(5);
            }
        }
    }

    private void awaitHello(long start) {
        Duration limit = patience(spec.bootDeadline());
        long left = start + limit.toNanos() - System.nanoTime();
        try {
            kernelRelease = agent.hello().get(left, TimeUnit.NANOSECONDS);
            bootDuration = Duration.ofNanos(System.nanoTime() - start);
        } catch (TimeoutException e) {
            throw deadlineMissed("still booting", limit);
        } catch (ExecutionException e) {
            throw gone("while booting");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VmException("interrupted", e);
        }
    }
}
