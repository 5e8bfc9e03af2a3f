package io.dysk.controller;

import io.dysk.blob.ContainerName;
import io.dysk.controller.account.ConfiguredAccounts;
import io.dysk.controller.publish.DataPath;
import io.dysk.csi.ControllerGrpc;
import io.dysk.csi.IdentityGrpc;
import io.dysk.rpc.config.AccountFiles;
import io.dysk.rpc.identity.IdentityService;
import io.dysk.rpc.server.RpcServer;
import io.dysk.rpc.server.SocketPath;
import io.dysk.rpc.step.Step;
import io.dysk.rpc.step.StepListener;
import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * A controller over a {@link Storage}, called over a real socket. A second one beside it knows nothing of the first, as after a restart. Where
 * it is told to die, the call that comes there ends with INTERNAL, and nothing more of it happens.
 */
public final class Controller implements AutoCloseable {
    public static final String CONTAINER = "volumes";

    /** The controller died. */
    public static final class Died extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** What was done, in order. */
    public final List<Step> reached = new CopyOnWriteArrayList<>();

    private final Path folder;
    private final RpcServer server;
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final ManagedChannel channel;
    private volatile StepListener observer = StepListener.NONE;

    public Controller(Storage storage) {
        try {
            folder = Files.createTempDirectory("csi");
            SocketPath socket = new SocketPath(folder.resolve("csi.sock"));
            ControllerPlugin plugin = new ControllerPlugin(new ControllerSettings(
                    new ConfiguredAccounts(AccountFiles.in(storage.accounts), "blob.core.windows.net"), new ContainerName(CONTAINER),
                    new DataPath(false)));
            List<BindableService> services = new ArrayList<>(plugin.services((step, volume, took) -> {
                reached.add(step);
                observer.reached(step, volume, took);
            }));
            services.add(new IdentityService("1.2.3", plugin.capabilities(), plugin.readiness(), plugin.calls()));
            server = RpcServer.onSocket(socket, new RpcServer.Services(services, List.of(), 256));
            channel = NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket.path()))
                    .channelType(NioDomainSocketChannel.class)
                    .withOption(ChannelOption.SO_KEEPALIVE, null)
                    .eventLoopGroup(loop)
                    .usePlaintext()
                    .build();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Dies when that step is done. */
    public Controller dieAt(Step last) {
        return atEachStep((step, volume, took) -> {
            if (step == last) {
                throw new Died();
            }
        });
    }

    /** Does something at each step. */
    public Controller atEachStep(StepListener newObserver) {
        observer = newObserver;
        return this;
    }

    public ControllerGrpc.ControllerBlockingStub calls() {
        return calls(Duration.ofSeconds(60));
    }

    public ControllerGrpc.ControllerBlockingStub calls(Duration deadline) {
        return ControllerGrpc.newBlockingStub(channel).withDeadlineAfter(deadline);
    }

    public IdentityGrpc.IdentityBlockingStub identity() {
        return IdentityGrpc.newBlockingStub(channel).withDeadlineAfter(Duration.ofSeconds(60));
    }

    /** For services beside those. */
    public ManagedChannel channel() {
        return channel;
    }

    @Override
    public void close() {
        channel.shutdownNow();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        server.close();
        try {
            Files.deleteIfExists(folder.resolve("csi.sock"));
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
