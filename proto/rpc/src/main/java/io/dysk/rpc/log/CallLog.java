package io.dysk.rpc.log;

import io.dysk.rpc.scope.CallScope;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * One line for each call when it ends: its code, how long it took, its request without secrets, and why it failed. Calls that only ask
 * what the driver is are for debugging.
 */
public final class CallLog implements ServerInterceptor {
    private static final Logger LOG = Logger.getLogger(CallLog.class.getName());
    private static final Set<String> QUIET = Set.of("Probe", "GetPluginInfo", "GetPluginCapabilities", "ControllerGetCapabilities",
            "GroupControllerGetCapabilities", "NodeGetCapabilities");

    @Override
    public <Q, R> Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        AtomicBoolean logged = new AtomicBoolean();
        ServerCall<Q, R> logging = new SimpleForwardingServerCall<>(call) {
            @Override
            public void close(Status status, Metadata trailers) {
                if (!logged.getAndSet(true)) {
                    log(status);
                }
                super.close(status, trailers);
            }
        };
        return new SimpleForwardingServerCallListener<>(next.startCall(logging, headers)) {
            @Override
            public void onCancel() {
                if (!logged.getAndSet(true)) {
                    log(Status.CANCELLED.withDescription("the caller didn't wait for the answer"));
                }
                super.onCancel();
            }
        };
    }

    private static void log(Status status) {
        CallScope.current().ifPresent(scope -> {
            Level level = level(scope.method(), status.getCode());
            if (!LOG.isLoggable(level)) {
                return;
            }
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("code", status.getCode().name());
            fields.put("duration_ms", scope.nanos() / 1_000_000);
            if (!scope.request().isEmpty()) {
                fields.put("request", scope.request());
            }
            String outcome = status.isOk() ? " done" : " failed: " + status.getDescription();
            LogRecord record = new LogRecord(level, scope.method() + outcome);
            record.setLoggerName(LOG.getName());
            record.setParameters(new Object[] {new LogFields(fields)});
            LOG.log(record);
        });
    }

    private static Level level(String method, Status.Code code) {
        return switch (code) {
            case OK -> QUIET.contains(method) ? Level.FINE : Level.INFO;
            case INTERNAL, UNKNOWN, DATA_LOSS -> Level.SEVERE;
            default -> Level.WARNING;
        };
    }
}
