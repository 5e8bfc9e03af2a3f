package io.dysk.rpc.plugin;

import io.dysk.csi.IdentityGrpc;
import io.dysk.csi.NodeGrpc;
import io.dysk.rpc.call.Calls;
import io.dysk.rpc.config.LogFormat;
import io.dysk.rpc.config.LogLevel;
import io.dysk.rpc.config.Options;
import io.dysk.rpc.config.PluginConfig;
import io.dysk.rpc.identity.IdentityService;
import io.dysk.rpc.identity.Readiness;
import io.dysk.rpc.server.SocketChannels;
import io.dysk.rpc.server.SocketPath;
import io.grpc.ManagedChannel;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** A whole program in this process: a real server on a real socket, with its log at debug level kept. */
final class RunningPlugin implements AutoCloseable {
    final ScriptedNode node = new ScriptedNode();
    final Plugin plugin;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final CompletableFuture<Integer> exit;
    private final SocketChannels client;

    RunningPlugin(Path folder, LogFormat format, int maxCalls, Optional<URI> otlp, Readiness readiness) throws Exception {
        SocketPath socket = new SocketPath(folder.resolve("csi.sock"));
        PluginConfig config = new PluginConfig(socket, Optional.empty(), format, LogLevel.debug, otlp, Duration.ofSeconds(30), maxCalls);
        plugin = Plugin.begin(new Options("csi-test", "1.2.3", "A test."), config, new PrintStream(log, true, StandardCharsets.UTF_8));
        IdentityService identity = new IdentityService("1.2.3", List.of(), readiness, new Calls(exception -> Optional.empty()));
        CountDownLatch serving = new CountDownLatch(1);
        exit = CompletableFuture.supplyAsync(() -> plugin.run(readiness, serving::countDown, identity, node));
        exit.whenComplete((code, failure) -> serving.countDown());
        serving.await();
        client = SocketChannels.open(socket);
    }

    static RunningPlugin in(Path folder) throws Exception {
        return new RunningPlugin(folder, LogFormat.json, 256, Optional.empty(), () -> true);
    }

    static RunningPlugin in(Path folder, LogFormat format) throws Exception {
        return new RunningPlugin(folder, format, 256, Optional.empty(), () -> true);
    }

    ManagedChannel channel() {
        return client.channel();
    }

    NodeGrpc.NodeBlockingStub stub() {
        return NodeGrpc.newBlockingStub(channel()).withDeadlineAfter(Duration.ofSeconds(60));
    }

    IdentityGrpc.IdentityBlockingStub identity() {
        return IdentityGrpc.newBlockingStub(channel()).withDeadlineAfter(Duration.ofSeconds(60));
    }

    /** All that was logged, after the program has ended: so also what follows an answer is there. */
    String endedLog() {
        close();
        return log.toString(StandardCharsets.UTF_8);
    }

    int exit() {
        return exit.join();
    }

    @Override
    public void close() {
        client.close();
        plugin.stop();
        exit.join();
    }
}
