package io.dysk.rpc.scope;

import io.grpc.Context;
import java.util.Optional;

/**
 * One call while it runs. It travels in gRPC's {@link Context}, so all that the call's thread does can ask for it; log lines get their
 * request id, method and volume from here, and lose the call's secrets.
 *
 * <p>Safe for use by many threads.
 */
public final class CallScope {
    private static final Context.Key<CallScope> KEY = Context.key("call-scope");

    private final String requestId;
    private final String service;
    private final String method;
    private final long began = System.nanoTime();
    private volatile Secrets secrets = Secrets.NONE;
    private volatile String volume = "";
    private volatile String request = "";

    CallScope(String requestId, String service, String method) {
        this.requestId = requestId;
        this.service = service;
        this.method = method;
    }

    /** The call that this thread works on. */
    public static Optional<CallScope> current() {
        return Optional.ofNullable(KEY.get());
    }

    /** A context in which it is the current one. */
    Context in(Context context) {
        return context.withValue(KEY, this);
    }

    /** What its request says, once that is here. */
    void received(String newVolume, String newRequest, Secrets newSecrets) {
        secrets = newSecrets;
        volume = newSecrets.scrub(newVolume);
        request = newSecrets.scrub(newRequest);
    }

    /** The caller's, or one that was made for it. */
    public String requestId() {
        return requestId;
    }

    /** Such as {@code csi.v1.Node}. */
    public String service() {
        return service;
    }

    /** Without its service: {@code NodeStageVolume}. */
    public String method() {
        return method;
    }

    /** The id of the volume, or its name if it has no id yet, or of the snapshot; empty if it is about none. */
    public String volume() {
        return volume;
    }

    /** The request as text without what is secret; empty before it is here. */
    public String request() {
        return request;
    }

    public Secrets secrets() {
        return secrets;
    }

    /** Nanoseconds since it began. */
    public long nanos() {
        return System.nanoTime() - began;
    }
}
