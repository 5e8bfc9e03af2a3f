package io.dysk.kernelsuite;

import io.dysk.vm.Command;
import io.dysk.vm.CommandResult;
import io.dysk.vm.VirtualMachine;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** A machine with the module loaded, and what is done to it. Thread-safe. */
public final class Node {
    private static final Duration FIO_DEADLINE = Duration.ofSeconds(180);

    private final VirtualMachine vm;

    private Node(VirtualMachine vm) {
        this.vm = vm;
    }

    /** Loads the module, unless one is loaded, and brings dysktool. */
    public static Node on(VirtualMachine vm) {
        vm.put(Tools.program("dysktool"), "/usr/bin/dysktool");
        CommandResult loaded = vm.run("[ -d /sys/module/dysk ] || modprobe dysk");
        if (!loaded.succeeded()) {
            throw new AssertionError("the module does not load; was it built (test-e2e/vm/build-module "
                    + vm.spec().kernel() + ")? " + loaded);
        }
        return new Node(vm);
    }

    public VirtualMachine vm() {
        return vm;
    }

    // ---- calls of the module ----------------------------------------------------------------------------------------

    /** Attaches; must succeed. Returns when udev has made its links. */
    public Device attach(AttachSpec spec) {
        return switch (tryAttach(spec)) {
            case Outcome.Attached attached -> {
                settle();
                yield attached.device();
            }
            case Outcome.Refused refused -> throw new AssertionError("attach failed: " + refused);
        };
    }

    /** Attaches; must fail. */
    public Outcome.Refused refuse(AttachSpec spec) {
        return switch (tryAttach(spec)) {
            case Outcome.Attached attached -> throw new AssertionError("attached: " + attached.device());
            case Outcome.Refused refused -> refused;
        };
    }

    /** Attaches, or not. */
    public Outcome tryAttach(AttachSpec spec) {
        CommandResult result = vm.run(secretly("dysktool attach " + spec.arguments(), spec.credential()));
        Values values = Values.parse(result.stdout());
        return switch (result.exit()) {
            case 0 -> new Outcome.Attached(Device.of(this, values));
            case 1 -> Outcome.Refused.of(values);
            default -> throw new AssertionError("dysktool attach: " + result);
        };
    }

    /** Detaches, orderly; must succeed. Somebody like udev may have it open for a moment. */
    public void detach(int index) {
        settle();
        tool("detach " + index);
    }

    /** Runs dysktool with arguments that hold no secret, and gives its first line; must succeed. */
    public Values tool(String arguments) {
        return Values.parse(vm.output("dysktool " + arguments));
    }

    /** Runs dysktool; must fail. */
    public Outcome.Refused toolRefused(String arguments) {
        CommandResult result = vm.run("dysktool " + arguments);
        if (result.exit() != 1) {
            throw new AssertionError("dysktool " + arguments + " did not fail as expected: " + result);
        }
        return Outcome.Refused.of(Values.parse(result.stdout()));
    }

    void update(int index, String arguments, Credential credential) {
        String secret = credential == null ? "" : " " + credential.kind() + "=@-";
        vm.output(secretly("dysktool update " + index + " " + arguments + secret, credential));
    }

    /** All attachments, in order of their index. */
    public List<Values> list() {
        return vm.output("dysktool list").lines().map(Values::parse).toList();
    }

    private static Command secretly(String line, Credential credential) {
        Command command = Command.of(line);
        return credential == null ? command : command.withStdin(credential.secret().getBytes(StandardCharsets.UTF_8));
    }

    // ---- what runs on it --------------------------------------------------------------------------------------------

    /** Waits until udev has nothing left to do. Its daemon, on a busy host, now and then hangs up on who asks; the second time it answers. */
    public void settle() {
        vm.output("udevadm settle || udevadm settle");
    }

    /** Runs fio with these options to its end; it must find no error. */
    public FioResult fio(String options) {
        return FioResult.parse(vm.output(Command.of(fioLine(options)).within(FIO_DEADLINE)));
    }

    /** The command line that {@link #fio} runs, for those that start it and go on. */
    public static String fioLine(String options) {
        return "fio --name=job --output-format=json --direct=1 --ioengine=libaio --group_reporting " + options;
    }

    /** Ends what tests left: mounts, devices. For the time between two tests; whoever still waits for I/O gets an error. */
    public void clear() {
        vm.output("for m in $(awk '$1 ~ \"^/dev/dysk\" { print $2 }' /proc/mounts); do umount -l $m; done;"
                + " dysktool list | sed 's/index=\\([0-9]*\\).*/\\1/' |"
                + " while read i; do dysktool detach $i > /dev/null || dysktool detach $i force; done");
    }
}
