package io.dysk.blob;

import static io.dysk.blob.BlobException.NotFound.Missing.BLOB_OR_SNAPSHOT;
import static io.dysk.blob.BlobException.NotFound.Missing.CONTAINER;

import io.dysk.blob.BlobException.Answer;
import io.dysk.blob.Operation.Repeat;
import io.dysk.blob.Operation.Target;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Objects;
import java.util.Optional;

/**
 * Turns a refusal of the service into a {@link BlobException}: by its status first, then by its code; nothing else of it is read,
 * since the words differ between services and may repeat signatures.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes">Blob service error codes</a>
 */
final class ServiceErrors {
    private static final long LONGEST_RETRY_AFTER_SECONDS = 3600;

    private final Endpoint endpoint;
    private final InstantSource clock;

    ServiceErrors(Endpoint endpoint, InstantSource clock) {
        this.endpoint = endpoint;
        this.clock = clock;
    }

    /** What is read of an answer; header values may be null or nonsense. */
    record Refusal(int status, String code, String requestId, String date, String retryAfter) {
        Refusal {
            code = word(code);
            requestId = word(requestId);
        }

        // Headers are the peer's: only what looks like an identifier is repeated.
        private static String word(String value) {
            return value != null && value.matches("[A-Za-z0-9-]{1,80}") ? value : "";
        }
    }

    BlobException map(Operation operation, Refusal refusal) {
        Answer answer = new Answer(refusal.status(), refusal.code(), refusal.requestId());
        String cannot = ErrorMapping.cannot(operation);
        return tierOrCopy(cannot, refusal, answer).orElseGet(() -> byStatus(operation, cannot, refusal, answer));
    }

    /** Codes that come with various statuses, and say more than these. */
    private Optional<BlobException> tierOrCopy(String cannot, Refusal refusal, Answer answer) {
        return Optional.ofNullable(switch (refusal.code()) {
            case "InvalidBlobTier", "BlobAccessTierNotSupportedForAccountType", "AccessTierNotSupportedForBlobType" ->
                    new BlobException.InvalidArgument(cannot + "account " + endpoint.account()
                            + " has no such tier: only premium page blob accounts have tiers P4 to P60", answer);
            case "BlobTierInadequateForContentLength", "ContentLengthLargerThanTierLimit" ->
                    new BlobException.InvalidArgument(cannot + "it is larger than that tier allows: choose a higher one", answer);
            case "CannotChangeToLowerTier" ->
                    new BlobException.InvalidArgument(cannot + "the service doesn't lower its tier: choose the present one or a higher one", answer);
            case "SourceConditionNotMet" ->
                    new BlobException.PreconditionFailed(cannot + "the source changed meanwhile: try again, or copy a snapshot", answer);
            case "CannotVerifyCopySource" -> switch (refusal.status()) {
                case 401, 403 -> new BlobException.Denied(cannot + "the service may not read the source: check that the SAS for it is"
                        + " whole and has not ended, and the network rules of its account", answer);
                case 404 -> new BlobException.NotFound(cannot + "the source is not there (any more)", BLOB_OR_SNAPSHOT, answer);
                default -> null;
            };
            default -> null;
        });
    }

    private BlobException byStatus(Operation operation, String cannot, Refusal refusal, Answer answer) {
        return switch (refusal.status()) {
            case 400 -> badRequest(cannot, refusal, answer);
            case 401, 403 -> denied(cannot, refusal, answer);
            case 404 -> notFound(operation, cannot, refusal, answer);
            case 409, 412 -> conflict(cannot, refusal, answer);
            case 304 -> new BlobException.PreconditionFailed(cannot + "it is in another state than expected", answer);
            case 405, 501 -> new BlobException.Unsupported(cannot + endpoint + " doesn't support this", answer);
            case 429, 503 -> new BlobException.Throttled(cannot + "the service is busy or a limit of the account is reached; try again later",
                    retryAfter(refusal), answer);
            case 500, 502, 504 -> unavailable(operation, cannot, answer);
            default -> refusal.status() >= 500
                    ? unavailable(operation, cannot, answer)
                    : new BlobException.InvalidArgument(cannot + "the service refused the request as it was made", answer);
        };
    }

    private BlobException badRequest(String cannot, Refusal refusal, Answer answer) {
        return switch (refusal.code()) {
            case "AccountRequiresHttps" -> needsHttps(cannot, answer);
            case "BlobTypeNotSupported", "PageBlobNotSupported", "FeatureNotSupportedForAccount",
                    "HierarchicalNamespaceNotSupported" -> new BlobException.InvalidArgument(cannot + "account " + endpoint.account()
                    + " can't hold page blobs: use one of kind StorageV2 (standard) or premium page blobs, without hierarchical namespace",
                    answer);
            default -> new BlobException.InvalidArgument(cannot + "the service refused the request as it was made", answer);
        };
    }

    private BlobException denied(String cannot, Refusal refusal, Answer answer) {
        Optional<Duration> ahead = serverAhead(refusal.date(), clock.instant());
        if (ahead.isPresent() && ahead.get().abs().compareTo(Reachability.MAX_SKEW) >= 0) {
            return new BlobException.ClockSkew(cannot + "this machine's clock is " + ahead.get().abs().toSeconds() + " seconds "
                    + (ahead.get().isNegative() ? "ahead of" : "behind") + " the service's: set it right (NTP)", ahead.get(), answer);
        }
        String why = switch (refusal.code()) {
            case "AuthorizationProtocolMismatch" -> null;
            case "AuthorizationPermissionMismatch", "InsufficientAccountPermissions" ->
                    "the credentials don't give the right to do this: a SAS needs it in sp=, an identity needs the role"
                            + " \"Storage Blob Data Contributor\"";
            case "AuthorizationResourceTypeMismatch", "AuthorizationServiceMismatch" ->
                    "the SAS is not made for this kind of resource: make it for service b and resource types s, c and o";
            case "AuthorizationSourceIPMismatch" -> "the SAS is not valid for the address of this machine";
            case "AccountIsDisabled" -> "the account is disabled";
            case "KeyBasedAuthenticationNotPermitted" -> "the account takes no keys and no SAS made of them: use an identity";
            case "UnauthorizedBlobOverwrite" -> "the credentials may not change a blob that is there already";
            default -> "the service doesn't accept the credentials: check that they belong to account " + endpoint.account()
                    + ", are whole, and have not ended; check also the account's network rules";
        };
        return why == null ? needsHttps(cannot, answer) : new BlobException.Denied(cannot + why, answer);
    }

    private BlobException needsHttps(String cannot, Answer answer) {
        return new BlobException.NeedsHttps(cannot + "account " + endpoint.account()
                + " or its SAS takes https only: use an https:// endpoint (or turn off \"secure transfer required\")", answer);
    }

    private static BlobException notFound(Operation operation, String cannot, Refusal refusal, Answer answer) {
        boolean container = refusal.code().equals("ContainerNotFound") || operation.target() == Target.CONTAINER;
        return container
                ? new BlobException.NotFound(cannot + "the container is not there: create it, or check its name", CONTAINER, answer)
                : new BlobException.NotFound(cannot + "it is not there: check its name", BLOB_OR_SNAPSHOT, answer);
    }

    private static BlobException conflict(String cannot, Refusal refusal, Answer answer) {
        return switch (refusal.code()) {
            case "BlobAlreadyExists", "ContainerAlreadyExists", "ResourceAlreadyExists" ->
                    new BlobException.AlreadyExists(cannot + "there is one of that name already", answer);
            case "InvalidBlobType" -> new BlobException.NotPageBlob(cannot + "it is not a page blob", answer);
            case "LeaseAlreadyPresent", "LeaseIdMissing", "LeaseIdMismatchWithBlobOperation", "LeaseIdMismatchWithLeaseOperation",
                    "LeaseIsBreakingAndCannotBeAcquired", "LeaseIsBreakingAndCannotBeChanged" ->
                    new BlobException.LeaseHeld(cannot + "somebody else holds its lease", Optional.empty(), answer);
            case "LeaseLost", "LeaseNotPresentWithBlobOperation", "LeaseNotPresentWithLeaseOperation", "LeaseAlreadyBroken",
                    "LeaseIsBrokenAndCannotBeRenewed", "LeaseNotPresentWithContainerOperation" ->
                    new BlobException.LeaseLost(cannot + "the lease named is not in force (any more)", answer);
            case "SnapshotsPresent" -> new BlobException.Conflict(cannot + "it has snapshots: delete them first, or with it", answer);
            case "PendingCopyOperation" -> new BlobException.Conflict(cannot + "a copy into it is under way: wait, or abort the copy", answer);
            case "ContainerBeingDeleted" -> new BlobException.Conflict(cannot + "it is being deleted: try again in a minute", answer);
            case "BlobOverwritten" -> new BlobException.Conflict(cannot + "it was replaced as a whole since that snapshot", answer);
            case "SnapshotCountExceeded", "SnapshotOperationRateExceeded", "SnaphotOperationRateExceeded" ->
                    new BlobException.LimitReached(cannot + "the account allows no further snapshot now: delete some, or try again in ten minutes",
                            answer);
            default -> refusal.status() == 412
                    ? new BlobException.PreconditionFailed(cannot + "it is in another state than expected", answer)
                    : new BlobException.Conflict(cannot + "its state doesn't allow this", answer);
        };
    }

    private BlobException unavailable(Operation operation, String cannot, Answer answer) {
        boolean known = operation.repeat() == Repeat.READS;
        return new BlobException.Unavailable(cannot + endpoint + " failed; try again later"
                + (known ? "" : "; whether it was done is not known"), known, answer);
    }

    private static Optional<Duration> retryAfter(Refusal refusal) {
        return Optional.ofNullable(refusal.retryAfter())
                .filter(value -> value.matches("\\d{1,9}"))
                .map(value -> Duration.ofSeconds(Math.min(Long.parseLong(value), LONGEST_RETRY_AFTER_SECONDS)));
    }

    /** The service's clock minus ours, from the {@code Date} header; empty if that is missing or no date. */
    static Optional<Duration> serverAhead(String date, Instant now) {
        try {
            Instant server = ZonedDateTime.parse(Objects.requireNonNullElse(date, ""), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
            return Optional.of(Duration.between(now, server));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
