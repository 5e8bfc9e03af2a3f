package io.dysk.csisuite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The controller as a process of its own on this host, with a storage account that is its own. It never outlives this process. For
 * one thread, but for {@link #csi()}.
 */
final class Controller implements AutoCloseable {
    static final String MAIN = "io.dysk.controller.ControllerMain";

    /** Ends the program with what started it: when our end of the pipe closes. "$me" is the shell, which becomes the program. */
    private static final String WATCHED = """
            exec 3<&0 </dev/null
            me=$$
            ( exec >/dev/null 2>&1; read -r _ <&3; [ "$(cat /proc/$me/comm)" = java ] && kill -9 $me ) &
            exec 3<&-
            exec "$@"
            """;
    private static final String SERVES = "serving CSI on";
    private static final int START_SECONDS = 90;

    private final Path folder;
    private final List<String> options;
    private final StringBuffer log = new StringBuffer();
    private Process process;
    private Csi csi;

    /**
     * Not started yet.
     *
     * @param options more of them for the command line
     */
    Controller(Path folder, Storage storage, String... options) {
        this.folder = folder;
        this.options = List.of(options);
        try {
            Files.createDirectories(folder.resolve("accounts"));
            Path account = folder.resolve("accounts/own.properties");
            if (!Files.exists(account)) {
                Files.createFile(account, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            Files.writeString(account, storage.accountFile());
            Files.writeString(folder.resolve("hosts"), Storage.hostsLineForHost());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot prepare the controller's files", e);
        }
    }

    /** Starts the program and waits until it serves. */
    Controller start() {
        return start(MAIN);
    }

    /**
     * Starts another main in its place.
     *
     * @param javaOptions for the Java runtime
     */
    Controller start(String main, String... javaOptions) {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", WATCHED, "controller",
                System.getProperty("java.home") + "/bin/java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xmx256m",
                "-Djdk.net.hosts.file=" + folder.resolve("hosts")));
        command.addAll(List.of(javaOptions));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main, "--endpoint", "unix://" + socket(), "--accounts-dir",
                folder.resolve("accounts").toString(), "--drain-time", "1s"));
        command.addAll(options);
        CompletableFuture<Void> serves = new CompletableFuture<>();
        try {
            Process started = new ProcessBuilder(command).redirectErrorStream(true).start();
            process = started;
            Thread.ofVirtual().start(() -> read(started.inputReader(StandardCharsets.UTF_8), serves));
            serves.get(START_SECONDS, TimeUnit.SECONDS);
        } catch (IOException | InterruptedException | ExecutionException | TimeoutException e) {
            kill();
            throw new AssertionError("the controller does not start:\n" + log, e);
        }
        csi = Csi.onSocket(socket());
        return this;
    }

    private void read(BufferedReader output, CompletableFuture<Void> serves) {
        try (output) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                synchronized (log) {
                    log.append(line).append('\n');
                    log.notifyAll();
                }
                if (line.contains(SERVES)) {
                    serves.complete(null);
                }
            }
            serves.completeExceptionally(new AssertionError("it ended"));
        } catch (IOException e) {
            serves.completeExceptionally(e);
        }
    }

    Csi csi() {
        return csi;
    }

    private Path socket() {
        return folder.resolve("csi.sock");
    }

    /** All that it has said, in all its lives. */
    String log() {
        return log.toString();
    }

    /** The same, once these words are in it: what it says comes here a moment after what it answers. */
    String logWith(String words) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        synchronized (log) {
            for (long left = START_SECONDS * 1000L; left > 0 && log.indexOf(words) < 0; left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())) {
                try {
                    log.wait(left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new AssertionError(e);
                }
            }
            assertThat(log.toString()).contains(words);
            return log.toString();
        }
    }

    /** Waits until it has ended by itself. */
    void awaitEnd() {
        try {
            if (!process.waitFor(START_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("the controller did not end:\n" + log);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        csi.close();
    }

    /** SIGKILL. */
    void kill() {
        if (process == null) {
            return;
        }
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (csi != null) {
            csi.close();
        }
    }

    @Override
    public void close() {
        kill();
    }
}
