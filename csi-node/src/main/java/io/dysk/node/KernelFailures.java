package io.dysk.node;

import io.dysk.kernel.DyskException;
import io.dysk.kernel.EndpointException;
import io.dysk.kernel.Errno;
import io.dysk.kernel.ModuleException;
import io.dysk.kernel.SystemCallException;
import io.dysk.node.system.ToolException;
import io.dysk.rpc.call.FailureMapping;
import io.dysk.rpc.call.RpcFailure;
import io.grpc.Status;
import java.io.UncheckedIOException;
import java.util.Optional;

/** Which status a failure of the kernel, of a program or of an endpoint is. Their messages say what to do already. */
public final class KernelFailures implements FailureMapping {
    @Override
    public Optional<RpcFailure> map(RuntimeException exception) {
        return code(exception).map(code -> RpcFailure.of(code, exception.getMessage(), exception));
    }

    private static Optional<Status.Code> code(RuntimeException exception) {
        return switch (exception) {
            case DyskException refused -> Optional.of(code(refused));
            case ModuleException _, EndpointException _ -> Optional.of(Status.Code.FAILED_PRECONDITION);
            case SystemCallException call when call.errno().equals(Errno.EBUSY) -> Optional.of(Status.Code.FAILED_PRECONDITION);
            case SystemCallException _, ToolException _, UncheckedIOException _ -> Optional.of(Status.Code.INTERNAL);
            default -> Optional.empty();
        };
    }

    private static Status.Code code(DyskException exception) {
        return switch (exception.reason()) {
            case NO_ROUTE, REFUSED, TIMEOUT, RESET, BAD_ANSWER, NO_PATH, THROTTLED, SERVER -> Status.Code.UNAVAILABLE;
            case DENIED -> Status.Code.UNAUTHENTICATED;
            case NOT_FOUND -> Status.Code.NOT_FOUND;
            case CLOCK_SKEW, NEEDS_HTTPS, NOT_PAGE_BLOB, LEASED, FENCED, SHRUNK, REJECTED, BAD_SIZE, EXISTS, BUSY, EPOCH ->
                Status.Code.FAILED_PRECONDITION;
            case BAD_ARGUMENT -> Status.Code.INVALID_ARGUMENT;
            case NO_MEMORY -> Status.Code.RESOURCE_EXHAUSTED;
            case FORCED, INTERNAL, UNKNOWN -> Status.Code.INTERNAL;
            case NONE -> code(exception.errno());
        };
    }

    private static Status.Code code(Errno errno) {
        if (errno.equals(Errno.EBUSY)) {
            return Status.Code.FAILED_PRECONDITION;
        }
        // The device went away, or came back as another, while we looked.
        boolean gone = errno.equals(Errno.ENODEV) || errno.equals(Errno.ENXIO) || errno.equals(Errno.ENOENT) || errno.equals(Errno.ESTALE);
        return gone ? Status.Code.ABORTED : Status.Code.INTERNAL;
    }
}
