package io.dysk.node.controller;

import io.dysk.access.VolumeAccessGrpc;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.scope.CallScopes;
import io.dysk.rpc.server.TlsFiles;
import io.grpc.ConnectivityState;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A connection to the controller's VolumeAccess service, over TLS with certificates on both sides. Safe for use by many threads. */
public final class ControllerConnection implements AutoCloseable {
    private static final Duration IDLE = Duration.ofMinutes(1);
    /** For so long nobody tries to connect anew after that failed; many volumes may be asked for one after the other. */
    private static final long FAILED_LATELY = Duration.ofSeconds(1).toNanos();

    private final TlsFiles.Loaded tls;
    private final ManagedChannel channel;
    private volatile long failedAt;
    /** A call got no answer on a connection that seemed good: whoever was at its other end may be gone without a word. */
    private volatile boolean silent;

    /**
     * Touches nothing but the files until it is told to connect, or something is asked.
     *
     * @param endpoint host and port of the controller's service; the host is what its certificate names
     * @throws IOException if the certificates can't be read
     */
    public ControllerConnection(String endpoint, TlsFiles files) throws IOException {
        this.tls = files.load();
        this.channel = Grpc.newChannelBuilder("dns:///" + endpoint, tls.channelCredentials()).idleTimeout(IDLE.toSeconds(), TimeUnit.SECONDS).build();
    }

    /**
     * Begins to connect and doesn't wait for it. The first connection of a process takes by far the longest, and the first volume needn't
     * wait for that. If it fails, asking says so.
     */
    public void connect() {
        channel.getState(true);
    }

    /**
     * Asks, and waits for the answer.
     *
     * @param limit for it, with the connection that it may take
     * @throws Refused if the controller answers with a failure
     * @throws RpcFailure UNAVAILABLE if it doesn't answer, and why
     */
    public <R> R ask(Duration limit, Function<VolumeAccessGrpc.VolumeAccessBlockingStub, R> call) throws Refused {
        forgetFailure();
        try {
            return call.apply(VolumeAccessGrpc.newBlockingStub(channel).withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS));
        } catch (StatusRuntimeException e) {
            Status status = e.getStatus();
            if (answered(e.getTrailers())) {
                throw new Refused(status.getCode(), status.getDescription() == null ? status.getCode().toString() : status.getDescription());
            }
            failedAt = System.nanoTime();
            silent = status.getCode() == Status.Code.DEADLINE_EXCEEDED && channel.getState(false) == ConnectivityState.READY;
            throw unanswered(status, limit);
        }
    }

    /** Our server's calls answer with the id of the request; what gRPC itself says of a call that never came there doesn't have it. */
    private static boolean answered(Metadata trailers) {
        return trailers != null && trailers.containsKey(CallScopes.REQUEST_ID);
    }

    /** Left to itself a channel that could not connect waits longer and longer, and answers with the old failure; I/O may wait for us. */
    private void forgetFailure() {
        boolean unconnected = channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE && System.nanoTime() - failedAt > FAILED_LATELY;
        if (unconnected || silent) {
            silent = false;
            channel.enterIdle();
        }
    }

    private static RpcFailure unanswered(Status status, Duration limit) {
        if (status.getCode() == Status.Code.UNIMPLEMENTED) {
            return RpcFailure.unavailable("the controller doesn't know this call: it is older than the node plugin; upgrade it");
        }
        return RpcFailure.unavailable("the controller, which gives this node access to volumes, doesn't answer (" + words(status, limit)
                + "): check --access-endpoint, the controller and its certificates");
    }

    /** What gRPC says of a connection that failed is about its own parts; what caused it is the reason. */
    private static String words(Status status, Duration limit) {
        if (status.getCode() == Status.Code.DEADLINE_EXCEEDED) {
            return "nothing within " + limit.toSeconds() + " s";
        }
        Throwable cause = status.getCause();
        while (cause != null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause != null && cause.getMessage() != null ? cause.getMessage()
                : status.getDescription() != null ? status.getDescription() : status.getCode().toString();
    }

    @Override
    public void close() {
        channel.shutdownNow();
        tls.close();
    }
}
