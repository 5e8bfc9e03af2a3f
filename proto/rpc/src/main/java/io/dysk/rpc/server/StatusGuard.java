package io.dysk.rpc.server;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Every call ends with a status that says something: never UNKNOWN, never without a description, even if its handler fails in a way
 * that nobody thought of. Inside of what logs, so that what is logged is what leaves.
 */
final class StatusGuard implements ServerInterceptor {
    private static final Logger LOG = Logger.getLogger(StatusGuard.class.getName());

    @Override
    public <Q, R> Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        Guarded<Q, R> guarded = new Guarded<>(call);
        return new SimpleForwardingServerCallListener<>(next.startCall(guarded, headers)) {
            @Override
            public void onHalfClose() {
                guarded.run(super::onHalfClose);
            }

            @Override
            public void onMessage(Q message) {
                guarded.run(() -> super.onMessage(message));
            }
        };
    }

    /** Closed once; what comes after that is dropped. */
    private static final class Guarded<Q, R> extends SimpleForwardingServerCall<Q, R> {
        private boolean closed;

        Guarded(ServerCall<Q, R> call) {
            super(call);
        }

        void run(Runnable handler) {
            try {
                handler.run();
            } catch (RuntimeException | StackOverflowError | LinkageError e) {
                LOG.log(Level.SEVERE, "a fault of this program", e);
                close(Status.INTERNAL.withDescription("a fault in the driver (" + e.getClass().getSimpleName()
                        + "); its log has the details. Please report it"), new Metadata());
            }
        }

        @Override
        public void close(Status status, Metadata trailers) {
            synchronized (this) {
                if (closed) {
                    return;
                }
                closed = true;
            }
            super.close(said(status), trailers);
        }

        private Status said(Status status) {
            if (status.isOk()) {
                return status;
            }
            String description = status.getDescription();
            Status.Code code = status.getCode() == Status.Code.UNKNOWN ? Status.Code.INTERNAL : status.getCode();
            boolean silent = description == null || description.isBlank();
            // What caused it stays here: it may say anything.
            return Status.fromCode(code).withDescription(!silent ? description
                    : getMethodDescriptor().getBareMethodName() + " failed and didn't say why; the driver's log may. Please report it");
        }
    }
}
