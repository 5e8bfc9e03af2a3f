package io.dysk.rpc.trace;

import io.dysk.rpc.scope.CallScope;
import io.dysk.rpc.step.StepListener;
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
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A span for each call, beneath the caller's if it says one ({@code traceparent}), and one for each of its steps. Sent to a collector in
 * the background; a collector that doesn't answer costs spans, never a call.
 *
 * <p>Sources: <a href="https://opentelemetry.io/docs/specs/otlp/">OTLP</a>, <a
 * href="https://opentelemetry.io/docs/specs/semconv/rpc/">names of attributes</a>, <a href="https://www.w3.org/TR/trace-context/">Trace
 * Context</a>.
 */
public final class Traces implements AutoCloseable {
    private static final Context.Key<Span> SPAN = Context.key("span");
    private static final AttributeKey<String> VOLUME = AttributeKey.stringKey("dysk.volume");
    private static final Duration LONGEST_END = Duration.ofSeconds(3);
    private static final TextMapGetter<Metadata> HEADERS = new TextMapGetter<>() {
        @Override
        public Set<String> keys(Metadata headers) {
            return headers.keys();
        }

        @Override
        public String get(Metadata headers, String name) {
            return headers == null ? null : headers.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
        }
    };

    private final SdkTracerProvider provider;
    private final Tracer tracer;

    private Traces(SdkTracerProvider provider) {
        this.provider = provider;
        tracer = provider.get("io.dysk.rpc");
    }

    /**
     * Starts sending.
     *
     * @param collector its base URL, as {@code http://collector:4318}; spans go to {@code /v1/traces} there
     * @param service the program's name
     */
    public static Traces start(URI collector, String service, String version) {
        OtlpHttpSpanExporter exporter = OtlpHttpSpanExporter.builder()
                .setEndpoint(collector.toString().replaceFirst("/*$", "") + "/v1/traces")
                .setTimeout(Duration.ofSeconds(5))
                .build();
        return new Traces(SdkTracerProvider.builder()
                .setResource(Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), service,
                        AttributeKey.stringKey("service.version"), version)))
                .addSpanProcessor(BatchSpanProcessor.builder(exporter).setScheduleDelay(Duration.ofSeconds(2)).build())
                .build());
    }

    /** Makes the calls' spans; inside of what gives them their scope. */
    public ServerInterceptor calls() {
        return new ServerInterceptor() {
            @Override
            public <Q, R> Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
                return trace(call, headers, next);
            }
        };
    }

    private <Q, R> Listener<Q> trace(ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        Span span = tracer.spanBuilder(call.getMethodDescriptor().getFullMethodName())
                .setParent(W3CTraceContextPropagator.getInstance().extract(io.opentelemetry.context.Context.root(), headers, HEADERS))
                .setSpanKind(SpanKind.SERVER)
                .setAttribute("rpc.system.name", "grpc")
                .setAttribute("rpc.method", call.getMethodDescriptor().getFullMethodName())
                .startSpan();
        AtomicBoolean ended = new AtomicBoolean();
        ServerCall<Q, R> traced = new SimpleForwardingServerCall<>(call) {
            @Override
            public void close(Status status, Metadata trailers) {
                end(span, ended, status);
                super.close(status, trailers);
            }
        };
        ServerCallHandler<Q, R> ending = (inner, metadata) -> new SimpleForwardingServerCallListener<>(next.startCall(inner, metadata)) {
            @Override
            public void onCancel() {
                end(span, ended, Status.CANCELLED);
                super.onCancel();
            }
        };
        return Contexts.interceptCall(Context.current().withValue(SPAN, span), traced, headers, ending);
    }

    private static void end(Span span, AtomicBoolean ended, Status status) {
        if (ended.getAndSet(true)) {
            return;
        }
        CallScope.current().ifPresent(scope -> {
            span.setAttribute("dysk.request_id", scope.requestId());
            if (!scope.volume().isEmpty()) {
                span.setAttribute(VOLUME, scope.volume());
            }
            if (!status.isOk()) {
                span.setStatus(StatusCode.ERROR, scope.secrets().scrub(String.valueOf(status.getDescription())));
            }
        });
        span.setAttribute("rpc.response.status_code", status.getCode().name());
        span.end();
    }

    /** Makes the steps' spans, beneath that of the call whose thread reaches them. */
    public StepListener steps() {
        return (step, volume, took) -> {
            Span call = SPAN.get();
            if (call != null) {
                Instant now = Instant.now();
                tracer.spanBuilder(step.label())
                        .setParent(io.opentelemetry.context.Context.root().with(call))
                        .setStartTimestamp(now.minus(took))
                        .setAttribute(VOLUME, volume)
                        .startSpan()
                        .end(now);
            }
        };
    }

    /** Sends what isn't sent yet, for a few seconds. */
    @Override
    public void close() {
        provider.shutdown().join(LONGEST_END.toSeconds(), TimeUnit.SECONDS);
    }
}
