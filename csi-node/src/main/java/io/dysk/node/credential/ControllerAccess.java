package io.dysk.node.credential;

import io.dysk.access.GetVolumeAccessRequest;
import io.dysk.access.GetVolumeAccessResponse;
import io.dysk.access.VolumeAccessGrpc;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.contract.NodeId;
import io.dysk.rpc.server.TlsFiles;
import io.grpc.ConnectivityState;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Asks the controller for a SAS of one volume, over TLS with certificates on both sides. For clusters whose nodes have no credentials of
 * their own.
 */
public final class ControllerAccess implements CredentialSource, AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration IDLE = Duration.ofMinutes(1);
    /** For so long nobody tries to connect anew after that failed; many volumes may be asked for one after the other. */
    private static final long FAILED_LATELY = Duration.ofSeconds(1).toNanos();

    private final NodeId node;
    private final Duration limit;
    private final TlsFiles.Loaded tls;
    private final ManagedChannel channel;
    private volatile long failedAt;
    /** A call got no answer on a connection that seemed good: whoever was at its other end may be gone without a word. */
    private volatile boolean silent;

    /**
     * Touches nothing but the files until it is asked.
     *
     * @param endpoint host and port of the controller's service; the host is what its certificate names
     * @throws IOException if the certificates can't be read
     */
    public ControllerAccess(String endpoint, TlsFiles files, NodeId node) throws IOException {
        this(endpoint, files, node, LIMIT);
    }

    /** @param limit for an answer, with the connection that it may take */
    public ControllerAccess(String endpoint, TlsFiles files, NodeId node, Duration limit) throws IOException {
        this.node = node;
        this.limit = limit;
        this.tls = files.load();
        this.channel = Grpc.newChannelBuilder("dns:///" + endpoint, tls.channelCredentials()).idleTimeout(IDLE.toSeconds(), TimeUnit.SECONDS).build();
    }

    @Override
    public Optional<Grant> grant(Wanted wanted) {
        GetVolumeAccessRequest request = GetVolumeAccessRequest.newBuilder().setVolumeId(wanted.volumeId()).setNodeId(node.toString())
                .setReadonly(wanted.readOnly()).build();
        forgetFailure();
        try {
            GetVolumeAccessResponse response = VolumeAccessGrpc.newBlockingStub(channel).withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS)
                    .getVolumeAccess(request);
            Instant end = Instant.ofEpochSecond(response.getExpiresAt().getSeconds(), response.getExpiresAt().getNanos());
            return Optional.of(Grant.ofSas(response.getSas(), end));
        } catch (StatusRuntimeException e) {
            throw failure(e.getStatus());
        }
    }

    /** Left to itself a channel that could not connect waits longer and longer, and answers with the old failure; I/O may wait for us. */
    private void forgetFailure() {
        boolean unconnected = channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE && System.nanoTime() - failedAt > FAILED_LATELY;
        if (unconnected || silent) {
            silent = false;
            channel.enterIdle();
        }
    }

    private RpcFailure failure(Status status) {
        failedAt = System.nanoTime();
        silent = status.getCode() == Status.Code.DEADLINE_EXCEEDED && channel.getState(false) == ConnectivityState.READY;
        String words = words(status);
        return switch (status.getCode()) {
            case UNAVAILABLE, DEADLINE_EXCEEDED -> RpcFailure.unavailable("the controller, which gives this node access to volumes, doesn't answer (" + words
                    + "): check --access-endpoint, the controller and its certificates");
            case PERMISSION_DENIED, UNAUTHENTICATED, NOT_FOUND, FAILED_PRECONDITION -> RpcFailure.of(status.getCode(), "the controller gives this node no"
                    + " access: " + words, null);
            default -> RpcFailure.internal("the controller couldn't give access: " + words);
        };
    }

    /** What gRPC says of a connection that failed is about its own parts; what caused it is the reason. */
    private String words(Status status) {
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
