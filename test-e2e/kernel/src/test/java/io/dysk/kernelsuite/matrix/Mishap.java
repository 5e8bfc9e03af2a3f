package io.dysk.kernelsuite.matrix;

import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.Fault.Kind;
import io.dysk.blobserver.http.Listener.Accepting;
import io.dysk.kernelsuite.Reason;
import io.dysk.kernelsuite.matrix.Expected.Dies;
import io.dysk.kernelsuite.matrix.Expected.GoesOn;
import io.dysk.kernelsuite.matrix.Expected.Outcome;
import io.dysk.kernelsuite.matrix.Expected.Refuses;
import io.dysk.kernelsuite.matrix.Expected.Waits;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * All that an endpoint does wrong on order, and what a device does about it: the matrix. What the design says about faults
 * and errors is here, and nowhere else in the tests of this package.
 */
enum Mishap {
    // ---- answers that come late, badly or not at all ----------------------------------------------------------------
    SLOW(delayed(300), new GoesOn(Outcome.KNOWN)),
    CLOSED(ending(Kind.DROP), new GoesOn(Outcome.UNKNOWN)),
    APPLIED_AND_CLOSED(ending(Kind.APPLY_DROP), new GoesOn(Outcome.UNKNOWN)),
    RESET(ending(Kind.RESET), new GoesOn(Outcome.UNKNOWN)),
    APPLIED_AND_RESET(ending(Kind.APPLY_RESET), new GoesOn(Outcome.UNKNOWN)),
    NEVER_ANSWERED(ending(Kind.SILENCE), new GoesOn(Outcome.UNKNOWN)),
    APPLIED_AND_NEVER_ANSWERED(ending(Kind.APPLY_SILENCE), new GoesOn(Outcome.UNKNOWN)),
    CLOSED_AND_APPLIED_LATER(ending(Kind.HOLD_DROP), new GoesOn(Outcome.UNKNOWN)),
    NEVER_ANSWERED_AND_APPLIED_LATER(ending(Kind.HOLD_SILENCE), new GoesOn(Outcome.UNKNOWN)),
    APPLIED_TWICE(ending(Kind.APPLY_HOLD_DROP), new GoesOn(Outcome.UNKNOWN)),

    // ---- errors of the service --------------------------------------------------------------------------------------
    ERROR_500(answer(500, "OperationTimedOut"), new GoesOn(Outcome.UNKNOWN)),
    ERROR_500_APPLIED(applied(500, "InternalError"), new GoesOn(Outcome.UNKNOWN)),
    ERROR_502(answer(502, ""), new GoesOn(Outcome.UNKNOWN)),
    ERROR_504_APPLIED(applied(504, ""), new GoesOn(Outcome.UNKNOWN)),
    REQUEST_TIMEOUT_408(answer(408, ""), new GoesOn(Outcome.UNKNOWN)),
    BUSY_503(answer(503, "ServerBusy"), new Waits(Reason.THROTTLED)),
    BUSY_503_RETRY_AFTER(busyFor(1), new Waits(Reason.THROTTLED)),
    TOO_MANY_429(answer(429, "TooManyRequests"), new Waits(Reason.THROTTLED)),
    DENIED_403(answer(403, "AuthenticationFailed"), new Waits(Reason.DENIED)),
    DENIED_401(answer(401, "NoAuthenticationInformation"), new Waits(Reason.DENIED)),
    HTTPS_ONLY(answer(400, "AccountRequiresHttps"), new Waits(Reason.NEEDS_HTTPS)),
    BAD_REQUEST_400(answer(400, "InvalidHeaderValue"), new Refuses()),
    TOO_LARGE_413(answer(413, "RequestBodyTooLarge"), new Refuses()),
    CONDITION_412(answer(412, "ConditionNotMet"), new Refuses()),

    // ---- the blob is lost -------------------------------------------------------------------------------------------
    LEASE_LOST_412(answer(412, "LeaseLost"), lost(Reason.LEASED, "lease-lost")),
    LEASE_MISSING_412(answer(412, "LeaseIdMissing"), lost(Reason.LEASED, "lease-lost")),
    LEASE_OF_ANOTHER_409(answer(409, "LeaseIdMismatchWithBlobOperation"), lost(Reason.LEASED, "lease-lost")),
    /** Of a write only: a read has no condition. */
    SEQUENCE_412(answer(412, "SequenceNumberConditionNotMet"), lost(Reason.FENCED, "fenced"), null),
    SEQUENCE_412_WITHOUT_CODE(answer(412, ""), lost(Reason.FENCED, "fenced"), null),
    GONE_404(answer(404, "BlobNotFound"), lost(Reason.NOT_FOUND, "not-found")),
    CONTAINER_GONE_404(answer(404, "ContainerNotFound"), lost(Reason.NOT_FOUND, "not-found")),
    OF_ANOTHER_TYPE_409(answer(409, "InvalidBlobType"), lost(Reason.NOT_PAGE_BLOB, "not-a-page-blob")),
    SHRUNK_416(answer(416, "InvalidRange"), lost(Reason.SHRUNK, "blob-shrunk")),

    // ---- the endpoint as a whole ------------------------------------------------------------------------------------
    CLOCK_AHEAD(new Trouble.Clock(Duration.ofMinutes(20)), new Waits(Reason.CLOCK_SKEW)),
    CLOCK_BEHIND(new Trouble.Clock(Duration.ofMinutes(-20)), new Waits(Reason.CLOCK_SKEW)),
    REFUSES_CONNECTIONS(new Trouble.Door(Accepting.REFUSED), new Waits(Reason.REFUSED)),
    ENDS_CONNECTIONS(new Trouble.Connections(false), new GoesOn(Outcome.EITHER)),
    RESETS_CONNECTIONS(new Trouble.Connections(true), new GoesOn(Outcome.EITHER));

    private final Trouble trouble;
    private final Expected ofWrites;
    private final Expected ofReads;

    Mishap(Trouble trouble, Expected ofAll) {
        this(trouble, ofAll, ofAll);
    }

    Mishap(Trouble trouble, Expected ofWrites, Expected ofReads) {
        this.trouble = trouble;
        this.ofWrites = ofWrites;
        this.ofReads = ofReads;
    }

    Trouble trouble() {
        return trouble;
    }

    /** What a device does that has this against such requests, or null when that makes no sense. */
    Expected expected(Operation operation) {
        return operation.changes() ? ofWrites : ofReads;
    }

    /** Those that spoil single requests, and that every device must survive, in a fixed order. */
    static List<Mishap> survivable() {
        return Arrays.stream(values()).filter(mishap -> mishap.trouble instanceof Trouble.Requests)
                .filter(mishap -> mishap.ofWrites instanceof GoesOn || mishap.ofWrites instanceof Waits).toList();
    }

    private static Expected lost(Reason reason, String said) {
        return new Dies(reason, said);
    }

    private static Trouble delayed(int milliseconds) {
        return new Trouble.Requests(new Fault(Kind.NONE, 0, "", -1, milliseconds, 0));
    }

    private static Trouble ending(Kind kind) {
        return new Trouble.Requests(new Fault(kind, 0, "", -1, 0, 5));
    }

    private static Trouble answer(int status, String code) {
        return new Trouble.Requests(new Fault(Kind.ANSWER, status, code, -1, 0, 0));
    }

    private static Trouble applied(int status, String code) {
        return new Trouble.Requests(new Fault(Kind.APPLY_ANSWER, status, code, -1, 0, 0));
    }

    private static Trouble busyFor(int seconds) {
        return new Trouble.Requests(new Fault(Kind.ANSWER, 503, "ServerBusy", seconds, 0, 0));
    }
}
