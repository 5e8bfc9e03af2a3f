package io.dysk.ctl;

import io.dysk.blob.AzurePageBlobStore;
import io.dysk.blob.CallLimits;
import io.dysk.kernel.DeviceNode;
import io.dysk.kernel.DeviceNumber;
import io.dysk.kernel.DyskControl;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The machine that the program runs on. */
final class ThisMachine implements Surroundings.Machine {

    /** Somebody waits for it, but repeating a command by hand is worse than waiting. */
    private static final CallLimits PATIENT =
            new CallLimits(Duration.ofSeconds(60), Duration.ofSeconds(20), 5, Duration.ofMillis(200));

    /** Everything real. Opens nothing until it is used. */
    static Surroundings surroundings() {
        Redaction redaction = Redaction.of(System.getenv());
        return new Surroundings(
                System.getenv(),
                DyskControl.system(),
                account -> {
                    // The SDK logs through slf4j; without a backend, slf4j would complain on standard error.
                    System.setProperty("slf4j.internal.verbosity", "ERROR");
                    return AzurePageBlobStore.open(account, PATIENT);
                },
                new DevDirectory(),
                new ThisMachine(),
                System::nanoTime,
                ThisMachine::ask,
                redaction,
                writer(FileDescriptor.out, "stdout.encoding", redaction),
                writer(FileDescriptor.err, "stderr.encoding", redaction));
    }

    @Override
    public String hostName() {
        return read("/proc/sys/kernel/hostname");
    }

    @Override
    public String kernelRelease() {
        return read("/proc/sys/kernel/osrelease");
    }

    @Override
    public boolean runsUdev() {
        return Files.exists(Path.of("/run/udev/control"));
    }

    @Override
    public Path resolveLink(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path;
        }
    }

    private static boolean ask(String question) {
        Console console = System.console();
        if (console == null || !console.isTerminal()) {
            return false;
        }
        String answer = console.readLine("%s [y/N] ", question);
        return answer != null && answer.strip().equalsIgnoreCase("y");
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            throw new CtlException(ExitCode.FAILED, "can't read " + file + ": is /proc mounted?");
        }
    }

    private static PrintWriter writer(FileDescriptor descriptor, String encoding, Redaction redaction) {
        Charset charset = Charset.forName(System.getProperty(encoding, "UTF-8"));
        return new PrintWriter(
                new RedactingWriter(new OutputStreamWriter(new FileOutputStream(descriptor), charset), redaction), true);
    }

    private static final class DevDirectory implements Surroundings.Devices {
        @Override
        public Optional<Path> byId(int index) {
            return DeviceNode.byId(index);
        }

        @Override
        public boolean await(Path path, DeviceNumber number, Duration timeout) throws InterruptedException {
            return DeviceNode.await(path, number, timeout);
        }
    }
}
