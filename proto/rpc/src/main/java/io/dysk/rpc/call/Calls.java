package io.dysk.rpc.call;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Runs the handlers of calls and sends their outcome: one answer, or one status with a message that names what it is about. Nothing
 * leaves as UNKNOWN.
 *
 * <p>Safe for use by many threads. A handler runs in the thread that gRPC calls from and may block it.
 */
public final class Calls {
    private static final Logger LOG = Logger.getLogger(Calls.class.getName());

    private final FailureMapping mapping;

    public Calls(FailureMapping mapping) {
        this.mapping = mapping;
    }

    /**
     * One answer.
     *
     * @param subject what the call is about, such as {@code volume account/container/blob}; put in front of a failure's message. May
     *     be empty
     */
    public <R> void answer(StreamObserver<R> observer, String subject, Supplier<R> handler) {
        R answer;
        try {
            answer = handler.get();
        } catch (RuntimeException e) {
            fail(observer, subject, e);
            return;
        }
        observer.onNext(answer);
        observer.onCompleted();
    }

    /** A stream of answers; the handler sends them. */
    public <R> void stream(StreamObserver<R> observer, String subject, Consumer<StreamObserver<R>> handler) {
        try {
            handler.accept(observer);
        } catch (RuntimeException e) {
            fail(observer, subject, e);
            return;
        }
        observer.onCompleted();
    }

    private void fail(StreamObserver<?> observer, String subject, RuntimeException exception) {
        RpcFailure failure = exception instanceof RpcFailure known ? known : mapping.map(exception).orElseGet(() -> unexpected(exception));
        if (failure.getCause() != null) {
            LOG.log(Level.FINE, failure.getCause(), () -> subject + ": " + failure.getMessage());
        }
        String message = subject.isEmpty() || failure.getMessage().contains(subject) ? failure.getMessage() : subject + ": " + failure.getMessage();
        observer.onError(Status.fromCode(failure.code()).withDescription(message).asRuntimeException());
    }

    private static RpcFailure unexpected(RuntimeException exception) {
        LOG.log(Level.SEVERE, "a fault of this program", exception);
        return RpcFailure.of(Status.Code.INTERNAL, "a fault in the driver (" + exception.getClass().getSimpleName()
                + "); its log has the details. Please report it", exception);
    }
}
