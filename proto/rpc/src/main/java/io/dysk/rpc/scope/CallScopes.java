package io.dysk.rpc.scope;

import com.google.protobuf.Message;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Gives every call its {@link CallScope}, takes the caller's {@code x-request-id} or makes one, and answers with it. No secret of
 * the request leaves in the status: it is taken out of its description. The outermost interceptor.
 */
public final class CallScopes implements ServerInterceptor {
    /** Of the caller; sent back with the status. */
    public static final Metadata.Key<String> REQUEST_ID = Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER);

    private static final int LONGEST_REQUEST_ID = 128;

    @Override
    public <Q, R> Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        CallScope scope = new CallScope(requestId(headers), String.valueOf(call.getMethodDescriptor().getServiceName()),
                String.valueOf(call.getMethodDescriptor().getBareMethodName()));
        ServerCall<Q, R> outgoing = new SimpleForwardingServerCall<>(call) {
            @Override
            public void close(Status status, Metadata trailers) {
                trailers.discardAll(REQUEST_ID);
                trailers.put(REQUEST_ID, scope.requestId());
                super.close(scrubbed(status, scope.secrets()), trailers);
            }
        };
        ServerCallHandler<Q, R> reading = (inner, metadata) -> new SimpleForwardingServerCallListener<>(next.startCall(inner, metadata)) {
            @Override
            public void onMessage(Q message) {
                // A request without anything, as kubelet sends every few seconds, has nothing to look into: no descriptor is loaded for it.
                if (message instanceof Message request && request.getSerializedSize() > 0) {
                    scope.received(RequestText.volume(request), RequestText.of(request), Secrets.of(request));
                }
                super.onMessage(message);
            }
        };
        return Contexts.interceptCall(scope.in(Context.current()), outgoing, headers, reading);
    }

    private static Status scrubbed(Status status, Secrets secrets) {
        String description = status.getDescription();
        return description == null ? status : status.withDescription(secrets.scrub(description));
    }

    private static String requestId(Metadata headers) {
        String given = headers.get(REQUEST_ID);
        if (given != null && !given.isEmpty() && given.length() <= LONGEST_REQUEST_ID && given.chars().allMatch(c -> c > ' ' && c < 127)) {
            return given;
        }
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }
}
