package io.dysk.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QemuProcessTest {

    private static final int KILLED = 128 + 9;

    @TempDir
    private Path directory;

    /** A program whose name is enough of QEMU's. */
    private String standIn(String shell) throws IOException {
        Path program = directory.resolve("qemu-stand-in");
        Files.copy(Path.of("/bin/bash"), program);
        Path script = Files.writeString(directory.resolve("script"), shell);
        return program + " " + script;
    }

    @Test
    void qemuEndsWhenItsStarterIsGone() throws Exception {
        Process process = new ProcessBuilder(
                QemuProcess.watched(List.of(standIn("echo up; while :; do sleep 0.1; done").split(" ")))).start();
        assertThat(process.inputReader().readLine()).isEqualTo("up");

        // What the kernel does with the pipes of a process that was killed.
        process.getOutputStream().close();

        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(KILLED);
    }

    @Test
    void qemuMayEndByItself() throws Exception {
        QemuProcess process = QemuProcess.start(List.of(standIn("echo said; exit 3").split(" ")),
                directory.resolve("log"));

        assertThat(process.awaitEnd(Duration.ofSeconds(20))).isTrue();
        assertThat(process.isAlive()).isFalse();
        assertThat(directory.resolve("log")).content().isEqualTo("said\n");
        process.kill();
    }

    @Test
    void killWaitsForTheEnd() throws Exception {
        QemuProcess process = QemuProcess.start(List.of(standIn("while :; do sleep 0.1; done").split(" ")),
                directory.resolve("log"));

        process.kill();

        assertThat(process.isAlive()).isFalse();
    }
}
