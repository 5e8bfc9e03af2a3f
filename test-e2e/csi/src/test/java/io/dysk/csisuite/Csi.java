package io.dysk.csisuite;

import io.dysk.csi.ControllerGrpc;
import io.dysk.csi.IdentityGrpc;
import io.dysk.csi.NodeGrpc;
import io.dysk.csi.SnapshotMetadataGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.grpc.stub.AbstractStub;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A caller of a plugin, as a sidecar or kubelet is. Thread-safe. */
final class Csi implements AutoCloseable {
    /** Of a call, on a busy host with an emulated guest. */
    private static final Duration DEADLINE = Duration.ofSeconds(90);

    /** One for all: closing a channel leaves it alone. */
    private static final MultiThreadIoEventLoopGroup SOCKETS = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    private final ManagedChannel channel;

    private Csi(ManagedChannel channel) {
        this.channel = channel;
    }

    /** On a unix socket of this host. */
    static Csi onSocket(Path socket) {
        return new Csi(NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                .channelType(NioDomainSocketChannel.class).withOption(ChannelOption.SO_KEEPALIVE, null).eventLoopGroup(SOCKETS)
                .overrideAuthority("localhost").usePlaintext().build());
    }

    /** On a port of this host that leads to a guest's socket. */
    static Csi onPort(int port) {
        return new Csi(NettyChannelBuilder.forAddress("127.0.0.1", port).overrideAuthority("localhost").usePlaintext().build());
    }

    IdentityGrpc.IdentityBlockingStub identity() {
        return limited(IdentityGrpc.newBlockingStub(channel));
    }

    ControllerGrpc.ControllerBlockingStub controller() {
        return limited(ControllerGrpc.newBlockingStub(channel));
    }

    NodeGrpc.NodeBlockingStub node() {
        return limited(NodeGrpc.newBlockingStub(channel));
    }

    SnapshotMetadataGrpc.SnapshotMetadataBlockingStub snapshotMetadata() {
        return limited(SnapshotMetadataGrpc.newBlockingStub(channel));
    }

    private static <S extends AbstractStub<S>> S limited(S stub) {
        return stub.withDeadlineAfter(DEADLINE.toSeconds(), TimeUnit.SECONDS);
    }

    /** Makes a call that must fail, and gives its status. */
    static Status failure(ThrowingCallable call) {
        try {
            call.call();
        } catch (StatusRuntimeException e) {
            return e.getStatus();
        } catch (Throwable e) {
            throw new AssertionError("failed otherwise than by a status", e);
        }
        throw new AssertionError("did not fail");
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
