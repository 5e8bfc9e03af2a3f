package io.dysk.rpc.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.util.concurrent.ListenableFuture;
import io.dysk.csi.NodeGetInfoRequest;
import io.dysk.csi.NodeGrpc;
import io.dysk.csi.NodeStageVolumeRequest;
import io.dysk.csi.NodeStageVolumeResponse;
import io.dysk.rpc.server.SocketChannels;
import io.dysk.rpc.server.SocketPath;
import io.grpc.StatusRuntimeException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process: how it begins, and what a signal does. */
@Timeout(120)
class ProgramTest {
    private static final NodeStageVolumeRequest REQUEST = NodeStageVolumeRequest.newBuilder().setVolumeId("a/b/c").build();
    private static final int TERMINATED = 128 + 15;

    @TempDir
    private Path folder;

    private final List<String> lines = new ArrayList<>();
    private Process process;
    private BufferedReader log;

    private SocketPath socket() {
        return new SocketPath(folder.resolve("csi.sock"));
    }

    private void start(String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow(), "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "-Xlog:class+load=info:file=" + folder.resolve("classes"), "-cp", System.getProperty("java.class.path"),
                SampleProgram.class.getName(), "--endpoint=" + socket()));
        command.addAll(List.of(options));
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        log = process.inputReader();
    }

    @AfterEach
    void end() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    /** Reads the log up to a line that has this. */
    private String until(String text) throws IOException {
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            lines.add(line);
            if (line.contains(text)) {
                return line;
            }
        }
        throw new AssertionError("no '" + text + "' in " + lines);
    }

    private int exit() throws Exception {
        log.lines().forEach(lines::add);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    @Test
    void does_not_begin_beside_another_one() throws Exception {
        start();
        until("serving CSI");
        Process second = new ProcessBuilder(process.info().command().orElseThrow(), "-cp", System.getProperty("java.class.path"),
                SampleProgram.class.getName(), "--endpoint=" + socket()).redirectErrorStream(true).start();
        List<String> said = second.inputReader().lines().toList();
        assertThat(second.waitFor()).isEqualTo(1);
        assertThat(said).anyMatch(line -> line.contains("can't start: another program answers on"));
    }

    @Test
    void a_call_that_runs_when_the_signal_comes_is_answered_and_the_next_one_refused() throws Exception {
        start("--drain-time=60s");
        until("serving CSI");
        try (SocketChannels client = SocketChannels.open(socket())) {
            ListenableFuture<NodeStageVolumeResponse> running = NodeGrpc.newFutureStub(client.channel()).nodeStageVolume(REQUEST);
            until("waiting");
            process.toHandle().destroy();
            until("ending");
            try (SocketChannels late = SocketChannels.open(socket())) {
                assertThat(catchThrowableOfType(StatusRuntimeException.class,
                        () -> NodeGrpc.newBlockingStub(late.channel()).nodeGetInfo(NodeGetInfoRequest.getDefaultInstance()))).isNotNull();
            }
            process.getOutputStream().write(7);
            process.getOutputStream().flush();
            assertThat(running.get(60, TimeUnit.SECONDS)).isNotNull();
        }
        assertThat(exit()).isEqualTo(TERMINATED);
        assertThat(String.join("\n", lines)).containsSubsequence("ending", "read 7", "NodeStageVolume done", "closed", "ended");
        assertThat(socket().path()).doesNotExist();
        assertThat(Files.list(folder)).as("nothing else is left").containsExactly(folder.resolve("classes"));
    }

    @Test
    void a_call_that_does_not_end_in_time_is_cut_off() throws Exception {
        start("--drain-time=100ms");
        until("serving CSI");
        try (SocketChannels client = SocketChannels.open(socket())) {
            ListenableFuture<NodeStageVolumeResponse> running = NodeGrpc.newFutureStub(client.channel()).nodeStageVolume(REQUEST);
            until("waiting");
            process.toHandle().destroy();
            assertThat(exit()).isEqualTo(TERMINATED);
            assertThat(catchThrowableOfType(ExecutionException.class, () -> running.get(60, TimeUnit.SECONDS))).isNotNull();
        }
        assertThat(socket().path()).doesNotExist();
    }

    @Test
    void what_it_was_told_is_logged_once_without_secrets_and_traces_are_not_loaded() throws Exception {
        start("--account-key=hunter22");
        assertThat(until("log-level=")).contains("sample 1.2.3", "endpoint=unix://" + socket().path(), "log-level=info", "account-key=***");
        until("serving CSI");
        process.toHandle().destroy();
        assertThat(exit()).isEqualTo(TERMINATED);
        assertThat(String.join("\n", lines)).doesNotContain("hunter22");
        assertThat(Files.readString(folder.resolve("classes"))).contains("io.dysk.rpc.plugin.Plugin ").doesNotContain("io.opentelemetry");
    }

    @Test
    void an_option_that_can_not_be_ends_it_and_is_named() throws Exception {
        start("--log-level=loud");
        assertThat(exit()).isEqualTo(2);
        assertThat(String.join("\n", lines)).contains("sample: --log-level: must be one of error, warning, info, debug, not 'loud'", "sample --help");
    }
}
