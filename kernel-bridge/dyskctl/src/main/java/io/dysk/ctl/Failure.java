package io.dysk.ctl;

import io.dysk.blob.BlobException;
import io.dysk.kernel.DyskException;
import io.dysk.kernel.EndpointException;
import io.dysk.kernel.Errno;
import io.dysk.kernel.KernelException;
import io.dysk.kernel.ModuleException;
import io.dysk.kernel.Reason;
import io.dysk.kernel.SystemCallException;

/**
 * What an exception means to the user: the one place where exceptions become messages and exit codes.
 *
 * @param exitCode of the program
 * @param message for people, in one line
 */
record Failure(ExitCode exitCode, String message) {

    static Failure of(Throwable thrown) {
        return switch (thrown) {
            case CtlException e -> new Failure(e.exitCode(), e.getMessage());
            case KernelException e -> new Failure(ofKernel(e), e.getMessage());
            case BlobException e -> new Failure(ofBlob(e), e.getMessage());
            case EndpointException e -> new Failure(ExitCode.USAGE, e.getMessage());
            // Values that a record refused: their messages are written for people.
            case IllegalArgumentException e when e.getMessage() != null -> new Failure(ExitCode.USAGE, e.getMessage());
            default -> new Failure(
                    ExitCode.FAILED,
                    "internal error: " + thrown + "; set DYSKCTL_DEBUG=1 to see where, and please report it");
        };
    }

    private static ExitCode ofKernel(KernelException thrown) {
        return switch (thrown) {
            case ModuleException e -> ExitCode.NO_MODULE;
            case SystemCallException e -> ofErrno(e.errno());
            case DyskException e -> ofReason(e);
        };
    }

    private static ExitCode ofReason(DyskException thrown) {
        return switch (thrown.reason()) {
            case NONE -> ofErrno(thrown.errno());
            case NO_ROUTE, REFUSED, TIMEOUT, RESET, BAD_ANSWER, NO_PATH, THROTTLED, SERVER -> ExitCode.UNREACHABLE;
            case DENIED, CLOCK_SKEW, NEEDS_HTTPS -> ExitCode.DENIED;
            case NOT_FOUND -> ExitCode.NOT_FOUND;
            case LEASED, FENCED, EXISTS, BUSY -> ExitCode.CONFLICT;
            case BAD_ARGUMENT -> ExitCode.USAGE;
            case NOT_PAGE_BLOB, SHRUNK, REJECTED, FORCED, BAD_SIZE, NO_MEMORY, EPOCH, INTERNAL, UNKNOWN ->
                ExitCode.FAILED;
        };
    }

    private static ExitCode ofErrno(Errno errno) {
        if (errno.equals(Errno.EPERM) || errno.equals(Errno.EACCES)) {
            return ExitCode.NO_MODULE;
        }
        if (errno.equals(Errno.EBUSY) || errno.equals(Errno.EEXIST) || errno.equals(Errno.ESTALE)) {
            return ExitCode.CONFLICT;
        }
        if (errno.equals(Errno.ENODEV) || errno.equals(Errno.ENXIO) || errno.equals(Errno.ENOENT)) {
            return ExitCode.NOT_FOUND;
        }
        return ExitCode.FAILED;
    }

    private static ExitCode ofBlob(BlobException thrown) {
        return switch (thrown) {
            case BlobException.NotFound e -> ExitCode.NOT_FOUND;
            case BlobException.AlreadyExists e -> ExitCode.CONFLICT;
            case BlobException.LeaseHeld e -> ExitCode.CONFLICT;
            case BlobException.LeaseLost e -> ExitCode.CONFLICT;
            case BlobException.PreconditionFailed e -> ExitCode.CONFLICT;
            case BlobException.Conflict e -> ExitCode.CONFLICT;
            case BlobException.LimitReached e -> ExitCode.CONFLICT;
            case BlobException.Denied e -> ExitCode.DENIED;
            case BlobException.ClockSkew e -> ExitCode.DENIED;
            case BlobException.NeedsHttps e -> ExitCode.DENIED;
            case BlobException.Throttled e -> ExitCode.UNREACHABLE;
            case BlobException.Unavailable e -> ExitCode.UNREACHABLE;
            case BlobException.InvalidArgument e -> ExitCode.USAGE;
            case BlobException.NotPageBlob e -> ExitCode.FAILED;
            case BlobException.Unsupported e -> ExitCode.FAILED;
        };
    }

    /** Whether the reason is that the blob is attached here. */
    static boolean attachedHere(DyskException thrown) {
        return thrown.reason() == Reason.EXISTS || thrown.errno().equals(Errno.EEXIST);
    }
}
