package io.dysk.rpc.metrics;

import io.dysk.rpc.scope.CallScope;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** How long calls take, by method and code, and how many are under way. */
public final class CallMetrics implements ServerInterceptor {
    private final Histogram latency;
    private final AtomicInteger running = new AtomicInteger();

    public CallMetrics(MetricRegistry registry) {
        latency = registry.add(new Histogram("dysk_csi_call_duration_seconds", "Time from a call's arrival to its answer.", "method", "code"));
        registry.add(out -> out.gauge("dysk_csi_calls_in_flight", "Calls under way.").sample("dysk_csi_calls_in_flight", running.get()));
    }

    @Override
    public <Q, R> Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        running.incrementAndGet();
        AtomicBoolean counted = new AtomicBoolean();
        ServerCall<Q, R> timed = new SimpleForwardingServerCall<>(call) {
            @Override
            public void close(Status status, Metadata trailers) {
                end(counted, status.getCode());
                super.close(status, trailers);
            }
        };
        return new SimpleForwardingServerCallListener<>(next.startCall(timed, headers)) {
            @Override
            public void onCancel() {
                end(counted, Status.Code.CANCELLED);
                super.onCancel();
            }
        };
    }

    private void end(AtomicBoolean counted, Status.Code code) {
        if (!counted.getAndSet(true)) {
            running.decrementAndGet();
            CallScope.current().ifPresent(scope -> latency.observe(Duration.ofNanos(scope.nanos()), scope.method(), code.name()));
        }
    }
}
