package io.dysk.rpc.server;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * So many calls at a time; one more is RESOURCE_EXHAUSTED, and its caller tries again. Those of the Identity service don't count: a
 * program with much to do is alive.
 */
final class CallLimit implements ServerInterceptor {
    private static final String IDENTITY = "csi.v1.Identity";

    private final int limit;
    private final AtomicInteger running = new AtomicInteger();

    CallLimit(int limit) {
        this.limit = limit;
    }

    @Override
    public <Q, R> Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        if (IDENTITY.equals(call.getMethodDescriptor().getServiceName())) {
            return next.startCall(call, headers);
        }
        AtomicBoolean counted = new AtomicBoolean(true);
        Runnable leave = () -> {
            if (counted.getAndSet(false)) {
                running.decrementAndGet();
            }
        };
        if (running.incrementAndGet() > limit) {
            leave.run();
            call.close(Status.RESOURCE_EXHAUSTED.withDescription(limit + " calls are under way, as many as --max-calls allows; try again later"),
                    new Metadata());
            return new Listener<>() {};
        }
        ServerCall<Q, R> counting = new SimpleForwardingServerCall<>(call) {
            @Override
            public void close(Status status, Metadata trailers) {
                leave.run();
                super.close(status, trailers);
            }
        };
        return new SimpleForwardingServerCallListener<>(next.startCall(counting, headers)) {
            @Override
            public void onCancel() {
                leave.run();
                super.onCancel();
            }

            @Override
            public void onComplete() {
                leave.run();
                super.onComplete();
            }
        };
    }
}
