package io.dysk.rpc.server;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A running gRPC server: on a unix socket for CSI, or on TCP where both sides show a certificate. One thread reads and writes; handlers
 * run on threads of their own and may block.
 */
public final class RpcServer implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(RpcServer.class.getName());

    private final Server server;
    private final CallThreads threads;
    private final EventLoopGroup loop;
    private final AutoCloseable atStop;
    private final AutoCloseable atEnd;

    private RpcServer(Server server, CallThreads threads, EventLoopGroup loop, AutoCloseable atStop, AutoCloseable atEnd) {
        this.server = server;
        this.threads = threads;
        this.loop = loop;
        this.atStop = atStop;
        this.atEnd = atEnd;
    }

    /**
     * What is served.
     *
     * @param interceptors the outermost first
     * @param maxCalls at a time; one more is RESOURCE_EXHAUSTED
     */
    public record Services(List<BindableService> services, List<ServerInterceptor> interceptors, int maxCalls) {
        public Services {
            services = List.copyOf(services);
            interceptors = List.copyOf(interceptors);
        }
    }

    /**
     * Serves on a unix socket that its owner alone may use. A socket left behind is replaced; one that somebody answers on is not.
     *
     * @throws IOException if it can't, and why
     */
    public static RpcServer onSocket(SocketPath path, Services services) throws IOException {
        ServerLibrary.prepare();
        path.claim();
        SocketPath draft = path.draft();
        draft.claim();
        NettyServerBuilder builder = NettyServerBuilder.forAddress(draft.address())
                .channelType(NioServerDomainSocketChannel.class)
                // Not an option of unix sockets; gRPC sets it on every connection otherwise, and warns.
                .withChildOption(ChannelOption.SO_KEEPALIVE, null);
        Object[] identity = new Object[1];
        RpcServer server = start(builder, services, () -> path.remove(identity[0]), () -> {});
        try {
            path.publish(draft);
        } catch (IOException e) {
            server.close();
            throw e;
        }
        identity[0] = path.identity();
        return server;
    }

    /**
     * Serves on TCP, to callers with a certificate of our authority only.
     *
     * @throws IOException if it can't, and why
     */
    public static RpcServer onTcp(InetSocketAddress address, TlsFiles tls, Services services) throws IOException {
        ServerLibrary.prepare();
        TlsFiles.Loaded loaded = tls.load();
        NettyServerBuilder builder = NettyServerBuilder.forAddress(address, loaded.serverCredentials())
                .channelType(NioServerSocketChannel.class);
        return start(builder, services, () -> {}, loaded);
    }

    private static EventLoopGroup loop() {
        return new MultiThreadIoEventLoopGroup(1, task -> {
            Thread thread = new Thread(task, "grpc");
            thread.setDaemon(true);
            return thread;
        }, NioIoHandler.newFactory());
    }

    private static RpcServer start(NettyServerBuilder builder, Services services, AutoCloseable atStop, AutoCloseable atEnd)
            throws IOException {
        EventLoopGroup loop = loop();
        CallThreads threads = new CallThreads(services.maxCalls());
        builder.bossEventLoopGroup(loop).workerEventLoopGroup(loop).executor(threads);
        // gRPC calls the one added last first.
        builder.intercept(new RequestParsing.Refusal());
        builder.intercept(new StatusGuard());
        builder.intercept(new CallLimit(services.maxCalls()));
        services.interceptors().reversed().forEach(builder::intercept);
        services.services().forEach(service -> builder.addService(RequestParsing.checked(service.bindService())));
        try {
            return new RpcServer(builder.build().start(), threads, loop, atStop, atEnd);
        } catch (IOException | RuntimeException e) {
            loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            threads.close();
            throw e;
        }
    }

    /** The port, of a server on TCP. */
    public int port() {
        return server.getPort();
    }

    /** Takes no more calls. Its socket is gone when this returns, so that a successor may start. */
    public void refuse() {
        server.shutdown();
        close(atStop);
    }

    /** Takes no more calls, lets the running ones end, and cuts off those that haven't when the time is up. Again: no effect. */
    public void stop(Duration limit) {
        refuse();
        boolean interrupted = false;
        try {
            if (!server.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                server.shutdownNow();
                server.awaitTermination(1, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            interrupted = true;
        }
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        threads.close();
        close(atEnd);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            LOG.log(Level.WARNING, "a server's end: " + e.getMessage(), e);
        }
    }

    /** Waits until it was stopped. */
    public void awaitStop() throws InterruptedException {
        server.awaitTermination();
    }

    @Override
    public void close() {
        stop(Duration.ZERO);
    }
}
