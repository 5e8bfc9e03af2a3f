package io.dysk.blob;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blob.Operation.Repeat;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ServiceErrorsTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final String SAME_TIME = "Sat, 21 Nov 2026 12:00:00 GMT";
    private static final Operation WRITE = Operation.onBlob("resize", BlobAddress.of("disks", "a"), Repeat.IF_NOT_APPLIED);
    private static final Operation READ = Operation.onBlob("read", BlobAddress.of("disks", "a"), Repeat.READS);

    private final ServiceErrors errors =
            new ServiceErrors(Endpoint.ofPublicCloud(new AccountName("acct")), InstantSource.fixed(NOON));

    private BlobException map(Operation operation, int status, String code, String date, String retryAfter) {
        return errors.map(operation, new ServiceErrors.Refusal(status, code, "01ab", date, retryAfter));
    }

    @ParameterizedTest
    @CsvSource({
        "400,AccountRequiresHttps,NeedsHttps", "400,InvalidHeaderValue,InvalidArgument", "400,,InvalidArgument",
        "400,HierarchicalNamespaceNotSupported,InvalidArgument", "401,NoAuthenticationInformation,Denied",
        "403,AuthenticationFailed,Denied", "403,AuthorizationFailure,Denied", "403,AuthorizationPermissionMismatch,Denied",
        "403,KeyBasedAuthenticationNotPermitted,Denied", "403,AuthorizationProtocolMismatch,NeedsHttps",
        "404,BlobNotFound,NotFound", "404,ContainerNotFound,NotFound", "404,ResourceNotFound,NotFound", "404,,NotFound",
        "409,BlobAlreadyExists,AlreadyExists", "409,ContainerAlreadyExists,AlreadyExists", "409,InvalidBlobType,NotPageBlob",
        "409,LeaseAlreadyPresent,LeaseHeld", "412,LeaseIdMissing,LeaseHeld", "412,LeaseIdMismatchWithBlobOperation,LeaseHeld",
        "409,LeaseIdMismatchWithBlobOperation,LeaseHeld", "409,LeaseIdMismatchWithLeaseOperation,LeaseHeld",
        "412,LeaseLost,LeaseLost", "412,LeaseNotPresentWithBlobOperation,LeaseLost", "409,LeaseNotPresentWithLeaseOperation,LeaseLost",
        "409,SnapshotsPresent,Conflict", "409,PendingCopyOperation,Conflict", "409,ContainerBeingDeleted,Conflict",
        "409,BlobOverwritten,Conflict", "409,,Conflict", "409,SnapshotCountExceeded,LimitReached",
        "409,SnapshotOperationRateExceeded,LimitReached", "409,SnaphotOperationRateExceeded,LimitReached",
        "412,ConditionNotMet,PreconditionFailed", "412,SequenceNumberConditionNotMet,PreconditionFailed", "412,,PreconditionFailed",
        "400,InvalidBlobTier,InvalidArgument", "409,BlobAccessTierNotSupportedForAccountType,InvalidArgument",
        "400,AccessTierNotSupportedForBlobType,InvalidArgument", "409,BlobTierInadequateForContentLength,InvalidArgument",
        "409,CannotChangeToLowerTier,InvalidArgument", "412,SourceConditionNotMet,PreconditionFailed",
        "412,TargetConditionNotMet,PreconditionFailed", "409,NoPendingCopyOperation,Conflict", "409,CopyIdMismatch,Conflict",
        "401,CannotVerifyCopySource,Denied", "403,CannotVerifyCopySource,Denied", "404,CannotVerifyCopySource,NotFound",
        "503,CannotVerifyCopySource,Throttled", "500,CannotVerifyCopySource,Unavailable",
        "304,,PreconditionFailed", "413,RequestBodyTooLarge,InvalidArgument", "416,InvalidPageRange,InvalidArgument",
        "302,,InvalidArgument", "429,,Throttled", "503,ServerBusy,Throttled", "405,,Unsupported", "501,APINotImplemented,Unsupported",
        "500,OperationTimedOut,Unavailable", "500,,Unavailable", "502,,Unavailable", "504,,Unavailable", "599,,Unavailable"})
    void everyAnswerHasItsKindAndSaysWhatWasTried(int status, String code, String kind) {
        BlobException mapped = map(WRITE, status, code, SAME_TIME, null);
        assertThat(mapped.getClass().getSimpleName()).isEqualTo(kind);
        assertThat(mapped).hasMessageStartingWith("can't resize blob disks/a: ").hasMessageContaining("HTTP " + status);
        assertThat(mapped.answer().requestId()).isEqualTo("01ab");
        assertThat(mapped.getCause()).isNull();
        assertThat(mapped.getMessage()).doesNotContain("\n");
    }

    @Test
    void onlyReadsHaveAKnownOutcomeAfterAServerError() {
        assertThat(map(WRITE, 500, "InternalError", SAME_TIME, null))
                .isInstanceOfSatisfying(BlobException.Unavailable.class, e -> assertThat(e.outcomeKnown()).isFalse())
                .hasMessageContaining("whether it was done is not known");
        assertThat(map(READ, 500, "InternalError", SAME_TIME, null))
                .isInstanceOfSatisfying(BlobException.Unavailable.class, e -> assertThat(e.outcomeKnown()).isTrue());
    }

    @Test
    void aDenialWithClocksFarApartSaysWhichWay() {
        assertThat(map(READ, 403, "AuthenticationFailed", "Sat, 21 Nov 2026 12:15:00 GMT", null))
                .isInstanceOfSatisfying(BlobException.ClockSkew.class, e -> assertThat(e.serverAhead()).isEqualTo(Duration.ofMinutes(15)))
                .hasMessageContaining("900 seconds behind");
        assertThat(map(READ, 403, "AuthenticationFailed", "Sat, 21 Nov 2026 10:00:00 GMT", null))
                .isInstanceOf(BlobException.ClockSkew.class)
                .hasMessageContaining("7200 seconds ahead of");
        assertThat(map(READ, 403, "AuthenticationFailed", "Sat, 21 Nov 2026 12:14:59 GMT", null)).isInstanceOf(BlobException.Denied.class);
        assertThat(map(READ, 403, "AuthenticationFailed", "not a date", null)).isInstanceOf(BlobException.Denied.class);
    }

    @ParameterizedTest
    @CsvSource(value = {"7|7", "0|0", "999999999|3600", "-1|none", "soon|none", "99999999999999999999|none"}, delimiter = '|')
    void retryAfterIsTakenIfItMakesSense(String header, String seconds) {
        var throttled = (BlobException.Throttled) map(WRITE, 503, "ServerBusy", SAME_TIME, header);
        assertThat(throttled.retryAfter().map(d -> Long.toString(d.toSeconds())).orElse("none")).isEqualTo(seconds);
    }

    @Test
    void whatAPeerPutsInHeadersIsNotRepeatedBlindly() {
        BlobException mapped = errors.map(READ, new ServiceErrors.Refusal(403, "Evil\nLine sig=secret", "x".repeat(500), null, null));
        assertThat(mapped.getMessage()).doesNotContain("secret").doesNotContain("\n").doesNotContain("xxxx");
    }
}
