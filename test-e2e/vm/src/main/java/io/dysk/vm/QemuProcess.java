package io.dysk.vm;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The process of a machine. It never outlives this JVM, however that ends: a watcher beside it holds the other end of
 * a pipe, and ends QEMU when the pipe closes.
 */
final class QemuProcess {

    /** "$me" is the shell's own process, which becomes QEMU; it may have ended by itself long before. */
    private static final String WATCHED = """
            exec 3<&0 </dev/null
            me=$$
            (
                exec >/dev/null 2>&1
                read -r _ <&3
                case $(cat /proc/$me/comm) in qemu-*) kill -9 $me ;; esac
            ) &
            exec 3<&-
            exec "$@"
            """;

    private final Process process;

    private QemuProcess(Process process) {
        this.process = process;
    }

    /** Starts QEMU; what it says itself goes to {@code log}. */
    static QemuProcess start(List<String> command, Path log) {
        try {
            return new QemuProcess(new ProcessBuilder(watched(command)).redirectErrorStream(true)
                    .redirectOutput(log.toFile()).start());
        } catch (IOException e) {
            throw new VmException("cannot start QEMU", e);
        }
    }

    /** The command with its watcher, who waits for the end of the process's standard input. */
    static List<String> watched(List<String> command) {
        List<String> watched = new ArrayList<>(List.of("/bin/sh", "-c", WATCHED, "qemu"));
        watched.addAll(command);
        return watched;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for its end; false when it takes longer. */
    boolean awaitEnd(Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VmException("interrupted", e);
        }
    }

    /** SIGKILL: for the guest a power cut, for its disks' files the end of writing. */
    void kill() {
        process.destroyForcibly();
        try {
            process.getOutputStream().close();
            process.waitFor();
        } catch (IOException e) {
            // The pipe to the watcher has nothing to lose.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
