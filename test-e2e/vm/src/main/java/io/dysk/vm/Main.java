package io.dysk.vm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/** The command {@code test-e2e/vm/run}: a machine for one command, or to look around in. */
public final class Main {

    private static final String USAGE = """
            Boots a virtual machine and runs one command in it, as root. Takes about 4 seconds plus the command.

              run [options] -- COMMAND...     run this line of shell; its exit status becomes this one's
              run [options] --shell           a shell on a terminal (exit with "exit" or Ctrl-D)

              --kernel NAME     6.1 (default, or $DYSK_KERNEL), 6.12, ...
              --payload DIR     put this directory at /payload
              --put FILE:PATH   put this file or directory at that path; may be repeated
              --no-module       without dysk.ko; otherwise it is built first if need be, and modprobe knows it
              --memory MIB      default 1024
              --cpus N          default 2
              --accel A         auto, kvm, tcg, tcg_single, icount (virtual time; 1 processor)
              --append ARG      more for the kernel's command line; may be repeated
              --disk NAME:MIB   an empty disk, /dev/disk/by-id/virtio-NAME; may be repeated
              --no-network      without one (otherwise the host's 127.0.0.1 is 10.0.2.2)
              --deadline SECS   for the command; default 600. The kernel's tasks are dumped when it passes
              --name NAME       logs go to target/vm/NAME; default "run"
              --quiet           no line about the boot

            Exit status: the command's; 70 when the kernel complained (see the log); 71 when the machine failed.
            """;

    private static final int KERNEL_COMPLAINED = 70;
    private static final int MACHINE_FAILED = 71;

    private VmSpec spec = VmSpec.of("run");
    private boolean module = true;
    private boolean shell;
    private boolean quiet;
    private Duration deadline = Duration.ofSeconds(600);
    private String line;

    private Main() {
    }

    public static void main(String[] arguments) {
        Main main = new Main();
        try {
            main.parse(new ArrayDeque<>(Arrays.asList(arguments)));
        } catch (IllegalArgumentException e) {
            System.err.println("run: " + e.getMessage() + "\n\n" + USAGE);
            System.exit(2);
        }
        try {
            System.exit(main.run());
        } catch (VmException e) {
            System.err.println("run: " + e.getMessage());
            System.exit(MACHINE_FAILED);
        }
    }

    private void parse(Deque<String> arguments) {
        while (!arguments.isEmpty()) {
            String option = arguments.removeFirst();
            switch (option) {
                case "--help", "-h" -> {
                    System.out.print(USAGE);
                    System.exit(0);
                }
                case "--kernel" -> spec = spec.withKernel(value(option, arguments));
                case "--payload" -> spec = spec.withFile("/payload", Path.of(value(option, arguments)));
                case "--put" -> {
                    String[] pair = pair(option, arguments);
                    spec = spec.withFile(pair[1], Path.of(pair[0]));
                }
                case "--no-module" -> module = false;
                case "--memory" -> spec = spec.withMemoryMiB(Integer.parseInt(value(option, arguments)));
                case "--cpus" -> spec = spec.withCpus(Integer.parseInt(value(option, arguments)));
                case "--accel" -> spec = spec.withAcceleration(
                        Acceleration.valueOf(value(option, arguments).toUpperCase(Locale.ROOT)));
                case "--append" -> spec = spec.withKernelArgument(value(option, arguments));
                case "--disk" -> {
                    String[] pair = pair(option, arguments);
                    spec = spec.withDisk(Disk.empty(pair[0], Long.parseLong(pair[1]) << 20));
                }
                case "--no-network" -> spec = spec.withoutNetwork();
                case "--deadline" -> deadline = Duration.ofSeconds(Long.parseLong(value(option, arguments)));
                case "--name" -> spec = spec.withName(value(option, arguments));
                case "--quiet" -> quiet = true;
                case "--shell" -> shell = true;
                case "--" -> {
                    line = String.join(" ", arguments);
                    arguments.clear();
                }
                default -> throw new IllegalArgumentException("unknown option " + option);
            }
        }
        if (shell == (line != null)) {
            throw new IllegalArgumentException("either a command after -- or --shell");
        }
    }

    private static String value(String option, Deque<String> arguments) {
        if (arguments.isEmpty()) {
            throw new IllegalArgumentException(option + " needs a value");
        }
        return arguments.removeFirst();
    }

    private static String[] pair(String option, Deque<String> arguments) {
        String value = value(option, arguments);
        int colon = value.lastIndexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException(option + " needs two values with a colon between, not " + value);
        }
        return new String[] {value.substring(0, colon), value.substring(colon + 1)};
    }

    private int run() {
        Path sources = Workspace.root().resolve("kernel-bridge/module/Kbuild");
        if (module && Files.exists(sources)) {
            HostProgram.run(Workspace.root(), List.of("test-e2e/vm/build-module", spec.kernel()));
            spec = spec.withDysk();
        }
        try (VirtualMachine vm = VirtualMachine.boot(spec)) {
            // Ctrl-C: QEMU ends in any case, but its log would be short and its files stay.
            Runtime.getRuntime().addShutdownHook(new Thread(vm::close));
            if (!quiet) {
                System.err.printf("run: %s booted in %.1f s (%s)%n", vm.kernelRelease(),
                        vm.bootDuration().toMillis() / 1000.0, spec.acceleration().resolved());
            }
            int exit = shell ? terminal(vm) : command(vm);
            vm.checkKernelLog();
            return exit;
        } catch (AssertionError e) {
            System.err.println("run: " + e.getMessage());
            return KERNEL_COMPLAINED;
        }
    }

    private int command(VirtualMachine vm) {
        RunningCommand command = vm.start(Command.of(line).withOpenStdin().within(deadline));
        command.copyTo(System.out, System.err);
        Thread.ofPlatform().daemon().start(() -> forward(command));
        return command.await().exit();
    }

    private int terminal(VirtualMachine vm) {
        String[] size = stty("size").strip().split(" ");
        String saved = stty("-g").strip();
        stty("raw -echo");
        try {
            RunningCommand command = vm.startOnTerminal(
                    Command.of("TERM=vt100 exec bash -i").withOpenStdin().within(Duration.ofDays(1)),
                    Integer.parseInt(size[0]), Integer.parseInt(size[1]));
            command.copyTo(System.out, System.err);
            Thread.ofPlatform().daemon().start(() -> forward(command));
            return command.await().exit();
        } finally {
            stty(saved);
        }
    }

    private static String stty(String arguments) {
        return HostProgram.run(Path.of("/"), List.of("sh", "-c", "stty " + arguments + " < /dev/tty"));
    }

    /** Our standard input becomes the command's. */
    private static void forward(RunningCommand command) {
        byte[] buffer = new byte[16 * 1024];
        try (var stdin = command.stdin()) {
            for (int n = System.in.read(buffer); n >= 0; n = System.in.read(buffer)) {
                stdin.write(buffer, 0, n);
            }
        } catch (IOException e) {
            System.err.println("run: standard input: " + e.getMessage());
        }
    }
}
