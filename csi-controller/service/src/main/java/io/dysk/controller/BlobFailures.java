package io.dysk.controller;

import io.dysk.blob.BlobException;
import io.dysk.rpc.call.FailureMapping;
import io.dysk.rpc.call.RpcFailure;
import io.grpc.Status.Code;
import java.util.Optional;

/** Which status a failure of the storage service is. */
public final class BlobFailures implements FailureMapping {
    private static final int UNAUTHORIZED = 401;

    @Override
    public Optional<RpcFailure> map(RuntimeException exception) {
        return exception instanceof BlobException failure
                ? Optional.of(RpcFailure.of(code(failure), failure.getMessage(), failure))
                : Optional.empty();
    }

    private static Code code(BlobException failure) {
        return switch (failure) {
            // A name that isn't resolved doesn't prove that the account is gone.
            case BlobException.NotFound e -> e.missing() == BlobException.NotFound.Missing.ACCOUNT ? Code.UNAVAILABLE : Code.NOT_FOUND;
            case BlobException.AlreadyExists e -> Code.ALREADY_EXISTS;
            case BlobException.NotPageBlob e -> Code.FAILED_PRECONDITION;
            case BlobException.LeaseHeld e -> Code.FAILED_PRECONDITION;
            case BlobException.LeaseLost e -> Code.ABORTED;
            case BlobException.PreconditionFailed e -> Code.ABORTED;
            case BlobException.Conflict e -> Code.ABORTED;
            case BlobException.LimitReached e -> Code.RESOURCE_EXHAUSTED;
            case BlobException.Denied e -> e.answer().status() == UNAUTHORIZED || e.answer().code().startsWith("Authentication")
                    || e.answer().status() == 0 ? Code.UNAUTHENTICATED : Code.PERMISSION_DENIED;
            case BlobException.ClockSkew e -> Code.UNAUTHENTICATED;
            case BlobException.NeedsHttps e -> Code.FAILED_PRECONDITION;
            case BlobException.Throttled e -> Code.UNAVAILABLE;
            case BlobException.Unavailable e -> Code.UNAVAILABLE;
            case BlobException.Unsupported e -> Code.FAILED_PRECONDITION;
            case BlobException.InvalidArgument e -> Code.INVALID_ARGUMENT;
        };
    }
}
