package io.dysk.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What commands in a machine can rely on. */
@KernelTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommandsKernelTest {

    private final VirtualMachine vm;

    CommandsKernelTest(@Machine(dysk = false, disks = "data") VirtualMachine vm) {
        this.vm = vm;
    }

    @Test
    void exitStatusAndBothOutputsComeBack() {
        CommandResult result = vm.run("echo out; echo err >&2; exit 42");

        assertThat(result.exit()).isEqualTo(42);
        assertThat(result.stdout()).isEqualTo("out\n");
        assertThat(result.stderr()).isEqualTo("err\n");
        assertThat(result.duration()).isPositive();
    }

    @Test
    void aCommandThatMustSucceedFailsLoudly() {
        assertThatThrownBy(() -> vm.output("echo why >&2; exit 3")).isInstanceOf(VmException.CommandFailed.class)
                .hasMessageContaining("exit status 3").hasMessageContaining("why");
    }

    @Test
    void aSignalShowsAsSuch() {
        CommandResult result = vm.run("kill -SEGV $$");

        assertThat(result.signal()).isEqualTo(11);
        assertThat(result.exit()).isEqualTo(139);
    }

    @Test
    void dataOfAnyKindAndSizePassesBothWaysUnchanged() {
        byte[] data = new byte[1_000_003];
        new Random(1).nextBytes(data);

        CommandResult result = vm.run(Command.of("tee /tmp/copy").withStdin(data));

        assertThat(result.stdoutBytes()).isEqualTo(data);
        assertThat(vm.get("/tmp/copy")).isEqualTo(data);
    }

    @Test
    void filesArePutWithTheirModeAndDirectories(@TempDir Path directory) throws IOException {
        Path script = Files.writeString(directory.resolve("script"), "#!/bin/sh\necho ran\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();

        vm.put(script, "/tmp/some/new/place/script");

        assertThat(vm.output("/tmp/some/new/place/script")).isEqualTo("ran");
        assertThatThrownBy(() -> vm.get("/tmp/none")).isInstanceOf(VmException.CommandFailed.class)
                .hasMessageContaining("No such file");
    }

    @Test
    void commandsRunAtTheSameTime() {
        vm.output("for i in 0 1 2 3 4 5 6 7; do mkfifo /tmp/gate$i; done");

        // Each waits for the one started after it: one at a time would never end.
        List<RunningCommand> chain = IntStream.range(0, 8).mapToObj(i -> vm.start(
                "read line < /tmp/gate" + i + "; echo ${line}" + i + (i == 0 ? "" : " | tee /tmp/gate" + (i - 1)))).toList();
        vm.output("echo x > /tmp/gate7");

        assertThat(chain.getFirst().await().stdout()).isEqualTo("x76543210\n");
        assertThat(chain).allSatisfy(command -> assertThat(command.await().succeeded()).isTrue());
    }

    @Test
    void killEndsTheCommandAndItsChildren() {
        RunningCommand command = vm.start("sleep 1000 & echo $!; wait");
        command.awaitStdout("\n");
        String child = command.stdoutSoFar().strip();

        command.kill();

        assertThat(command.await().signal()).isEqualTo(9);
        assertThat(vm.run("kill -0 " + child).succeeded()).isFalse();
    }

    @Test
    void whatACommandLeavesRunningGoesOnAndKeepsNobodyWaiting() {
        vm.output("rm -f /tmp/go /tmp/went; mkfifo /tmp/go;"
                + " (read x < /tmp/go; echo written after the end; echo yes > /tmp/went) & echo started");

        assertThat(vm.output("echo x > /tmp/go; until [ -s /tmp/went ]; do sleep 0.05; done; cat /tmp/went"))
                .isEqualTo("yes");
    }

    @Test
    void standardInputCanFollowTheOutput() throws IOException {
        RunningCommand command = vm.start(Command.of("while read -r n; do echo \"got $n\"; done").withOpenStdin());
        try (var stdin = command.stdin()) {
            stdin.write("one\n".getBytes(StandardCharsets.UTF_8));
            command.awaitStdout("got one");
            stdin.write("two\n".getBytes(StandardCharsets.UTF_8));
            command.awaitStdout("got two");
        }

        assertThat(command.await().succeeded()).isTrue();
    }

    @Test
    void waitingForWordsThatNeverComeEndsWithTheCommand() {
        assertThatThrownBy(() -> vm.start("echo other").awaitStdout("ready")).isInstanceOf(VmException.class)
                .hasMessageContaining("ready").hasMessageContaining("other");
    }

    @Test
    void aHungCommandMeetsItsDeadlineWithTheKernelsTasksInTheLog() {
        assertThatThrownBy(() -> vm.run(Command.of("echo stuck; sleep 1000").within(Duration.ofSeconds(2))))
                .isInstanceOf(VmException.DeadlineMissed.class)
                .hasMessageContaining("sleep 1000").hasMessageContaining("stuck")
                .hasMessageContaining("Show Blocked State")
                .hasMessageContaining("Show backtrace of all active CPUs");
        assertThat(vm.output("echo alive")).isEqualTo("alive");
    }

    @Test
    void extraDisksHaveTheirNames() {
        assertThat(vm.output("blockdev --getsize64 /dev/disk/by-id/virtio-data")).isEqualTo(Long.toString(64L << 20));
    }

    @Test
    void javaRuns() {
        assertThat(vm.output("java -XX:TieredStopAtLevel=1 --version")).startsWith("openjdk 25");
    }

    @Test
    void slabIsRead() {
        assertThat(vm.unreclaimableSlabBytes()).isGreaterThan(1 << 20);
    }
}
