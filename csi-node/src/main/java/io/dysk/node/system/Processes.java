package io.dysk.node.system;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Programs of this machine, found in the usual places, with the C locale, nothing on standard input, and none of this program's
 * environment.
 */
public final class Processes implements Tools {
    private static final List<Path> FOLDERS = List.of(Path.of("/usr/sbin"), Path.of("/usr/bin"), Path.of("/sbin"), Path.of("/bin"));
    private static final String PATH = "/usr/sbin:/usr/bin:/sbin:/bin";
    private static final int OUTPUT_LIMIT = 64 * 1024;
    /** A killed program whose request is stuck in the kernel ends only when the request does. */
    private static final Duration AFTER_KILL = Duration.ofSeconds(5);

    @Override
    public ToolResult run(List<String> command, Duration limit) {
        String name = command.getFirst();
        Process process = start(command);
        Drain output = Drain.of(process.getInputStream(), name);
        Drain errors = Drain.of(process.getErrorStream(), name);
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new ToolException(name + " didn't end within " + limit.toSeconds() + " s and was killed; the device may be slow or waiting"
                        + " for the storage service, try again", null);
            }
            return new ToolResult(process.exitValue(), output.text(AFTER_KILL), errors.text(AFTER_KILL));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ToolException(name + " was killed because the plugin ends; try again", e);
        } finally {
            if (process.isAlive()) {
                process.destroyForcibly();
            }
        }
    }

    private static Process start(List<String> command) {
        String name = command.getFirst();
        Path program = FOLDERS.stream().map(folder -> folder.resolve(name)).filter(path -> path.toFile().canExecute()).findFirst()
                .orElseThrow(() -> new ToolException("there is no program '" + name + "' here: install the package that has it (e2fsprogs, xfsprogs,"
                        + " btrfs-progs, util-linux) where the node plugin runs", null));
        List<String> argv = new ArrayList<>(command);
        argv.set(0, program.toString());
        ProcessBuilder builder = new ProcessBuilder(argv).redirectInput(Path.of("/dev/null").toFile());
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.put("LC_ALL", "C");
        environment.put("PATH", PATH);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new ToolException("'" + name + "' can't be started: " + e.getMessage(), e);
        }
    }

    /** Reads one of a program's outputs in a thread of its own, and keeps the beginning. */
    private static final class Drain {
        private final StringBuilder text = new StringBuilder();
        private final Thread thread;

        private Drain(InputStream stream, String name) {
            thread = Thread.ofVirtual().name("output of " + name).unstarted(() -> drain(stream));
        }

        static Drain of(InputStream stream, String name) {
            Drain drain = new Drain(stream, name);
            drain.thread.start();
            return drain;
        }

        private void drain(InputStream stream) {
            byte[] part = new byte[4096];
            try (stream) {
                for (int read = stream.read(part); read >= 0; read = stream.read(part)) {
                    append(new String(part, 0, read, StandardCharsets.ISO_8859_1));
                }
            } catch (IOException e) {
                append("(the rest couldn't be read)");
            }
        }

        private synchronized void append(String part) {
            if (text.length() < OUTPUT_LIMIT) {
                text.append(part);
            }
        }

        String text(Duration limit) throws InterruptedException {
            thread.join(limit);
            synchronized (this) {
                return text.toString();
            }
        }
    }
}
