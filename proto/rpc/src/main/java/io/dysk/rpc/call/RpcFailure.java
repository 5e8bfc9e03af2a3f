package io.dysk.rpc.call;

import io.grpc.Status;
import java.util.Objects;

/**
 * A call that fails with a status that its caller is to see. The message is for people: what was wrong and what to do. It must hold
 * no secret; {@link Calls} puts the volume's name in front.
 *
 * <p>The codes are those of the CSI specification's error scheme; which one fits where is said at each call there.
 */
public final class RpcFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Status.Code code;

    private RpcFailure(Status.Code code, String message, Throwable cause) {
        super(Objects.requireNonNull(message, "message"), cause);
        if (message.isBlank() || code == Status.Code.OK) {
            throw new IllegalArgumentException("a failure needs a code and a message");
        }
        this.code = code;
    }

    public Status.Code code() {
        return code;
    }

    /** A failure with a cause, which is logged and not sent. */
    public static RpcFailure of(Status.Code code, String message, Throwable cause) {
        return new RpcFailure(code, message, cause);
    }

    /** A required field is missing, or a value can't be. */
    public static RpcFailure invalidArgument(String message) {
        return new RpcFailure(Status.Code.INVALID_ARGUMENT, message, null);
    }

    public static RpcFailure notFound(String message) {
        return new RpcFailure(Status.Code.NOT_FOUND, message, null);
    }

    /** It is there, but not as asked for. */
    public static RpcFailure alreadyExists(String message) {
        return new RpcFailure(Status.Code.ALREADY_EXISTS, message, null);
    }

    /** Something else has to be done first. */
    public static RpcFailure failedPrecondition(String message) {
        return new RpcFailure(Status.Code.FAILED_PRECONDITION, message, null);
    }

    /** Another call for it is under way, or a list's token is not good any more. */
    public static RpcFailure aborted(String message) {
        return new RpcFailure(Status.Code.ABORTED, message, null);
    }

    public static RpcFailure outOfRange(String message) {
        return new RpcFailure(Status.Code.OUT_OF_RANGE, message, null);
    }

    public static RpcFailure resourceExhausted(String message) {
        return new RpcFailure(Status.Code.RESOURCE_EXHAUSTED, message, null);
    }

    /** Credentials are missing or wrong. */
    public static RpcFailure unauthenticated(String message) {
        return new RpcFailure(Status.Code.UNAUTHENTICATED, message, null);
    }

    /** Worth trying again later. */
    public static RpcFailure unavailable(String message) {
        return new RpcFailure(Status.Code.UNAVAILABLE, message, null);
    }

    /** It goes on in the background, and the same call again finds out how far it is. */
    public static RpcFailure deadlineExceeded(String message) {
        return new RpcFailure(Status.Code.DEADLINE_EXCEEDED, message, null);
    }

    public static RpcFailure internal(String message) {
        return new RpcFailure(Status.Code.INTERNAL, message, null);
    }
}
