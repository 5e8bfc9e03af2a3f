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
import java.util.stream.Stream;

/**
 * All that an endpoint does wrong on order, and what a device does about it: the matrix. What the design says about faults
 * and errors is here, and nowhere else in the tests of this package.
 */
enum Mishap {
    // ---- no answer, or late -----------------------------------------------------------------------------------------
    SLOW(of(Kind.NONE).withDelay(300), goesOn(Outcome.KNOWN)),
    CLOSED(of(Kind.DROP), goesOn(Outcome.UNKNOWN)),
    APPLIED_AND_CLOSED(of(Kind.APPLY_DROP), goesOn(Outcome.UNKNOWN)),
    RESET(of(Kind.RESET), goesOn(Outcome.UNKNOWN)),
    APPLIED_AND_RESET(of(Kind.APPLY_RESET), goesOn(Outcome.UNKNOWN)),
    NEVER_ANSWERED(of(Kind.SILENCE), goesOn(Outcome.UNKNOWN)),
    APPLIED_AND_NEVER_ANSWERED(of(Kind.APPLY_SILENCE), goesOn(Outcome.UNKNOWN)),
    CLOSED_AND_APPLIED_LATER(of(Kind.HOLD_DROP).withLater(5), goesOn(Outcome.UNKNOWN)),
    NEVER_ANSWERED_AND_APPLIED_LATER(of(Kind.HOLD_SILENCE).withLater(5), goesOn(Outcome.UNKNOWN)),
    APPLIED_TWICE(of(Kind.APPLY_HOLD_DROP).withLater(5), goesOn(Outcome.UNKNOWN)),

    // ---- while the body is on its way: only updates have one --------------------------------------------------------
    CLOSED_BEFORE_THE_BODY(of(Kind.DROP_BODY), goesOn(Outcome.EITHER), null, null),
    CLOSED_IN_THE_BODY(of(Kind.DROP_BODY).withAmount(1000), goesOn(Outcome.EITHER), null, null),
    RESET_IN_THE_BODY(of(Kind.RESET_BODY).withAmount(1000), goesOn(Outcome.EITHER), null, null),
    ERROR_500_BEFORE_THE_BODY(of(Kind.EARLY_ANSWER).with(500, "InternalError"), goesOn(Outcome.EITHER), null, null),
    BUSY_503_BEFORE_THE_BODY(of(Kind.EARLY_ANSWER).with(503, "ServerBusy"), waits(Reason.THROTTLED, Outcome.EITHER), null, null),
    READ_SLOWLY(of(Kind.SLOW_BODY).withAmount(32 << 10), goesOn(Outcome.KNOWN), null, null),

    // ---- answers that are none, or not this one's -------------------------------------------------------------------
    DRIPS(of(Kind.DRIP).withAmount(1024).withInterval(1), goesOn(Outcome.KNOWN)),
    HEAD_DRIPS(of(Kind.DRIP).withAmount(8).withInterval(1), goesOn(Outcome.KNOWN), null),
    ENDS_IN_THE_HEAD(of(Kind.CUT_HEAD), goesOn(Outcome.UNKNOWN)),
    /** The answer to a change has no body. */
    ENDS_IN_THE_BODY(of(Kind.CUT_BODY), goesOn(Outcome.KNOWN), goesOn(Outcome.UNKNOWN)),
    LENGTH_TOO_LARGE(of(Kind.WRONG_LENGTH), goesOn(Outcome.UNKNOWN)),
    LENGTH_TOO_SMALL(of(Kind.WRONG_LENGTH).withAmount(-512), null, goesOn(Outcome.UNKNOWN)),
    RANGE_FURTHER_ON(of(Kind.WRONG_RANGE), null, goesOn(Outcome.UNKNOWN)),
    RANGE_FURTHER_BACK(of(Kind.WRONG_RANGE).withAmount(-512), null, goesOn(Outcome.UNKNOWN)),
    SEQUENCE_TOO_LOW(of(Kind.WRONG_SEQUENCE).withAmount(-1), goesOn(Outcome.UNKNOWN), goesOn(Outcome.KNOWN)),
    /** As if somebody had raised it since; the next write would be refused then. */
    SEQUENCE_HIGHER(of(Kind.WRONG_SEQUENCE).withAmount(1), goesOn(Outcome.KNOWN), goesOn(Outcome.KNOWN)),
    STATUS_204(of(Kind.WRONG_STATUS).with(204, ""), goesOn(Outcome.UNKNOWN)),
    STATUS_200(of(Kind.WRONG_STATUS).with(200, ""), goesOn(Outcome.UNKNOWN)),
    /** More than was asked for is seen with the answer, or before the next request is sent. */
    EXTRA_BYTES(of(Kind.EXTRA_BYTES), goesOn(Outcome.EITHER)),
    IN_CHUNKS(of(Kind.CHUNKED), goesOn(Outcome.KNOWN), goesOn(Outcome.UNKNOWN)),
    CONTINUE_FIRST(of(Kind.CONTINUE).withAmount(3), goesOn(Outcome.KNOWN)),
    HUGE_HEAD(of(Kind.HUGE_HEAD), goesOn(Outcome.UNKNOWN)),
    ENDLESS_HEAD(of(Kind.ENDLESS_HEAD), goesOn(Outcome.UNKNOWN)),
    GARBAGE(of(Kind.GARBAGE), goesOn(Outcome.UNKNOWN)),
    APPLIED_AND_GARBAGE(of(Kind.APPLY_GARBAGE), goesOn(Outcome.UNKNOWN)),
    ANSWERED_TWICE(of(Kind.TWICE), goesOn(Outcome.EITHER)),
    ANSWERED_AGAIN_TO_THE_NEXT(of(Kind.TWICE_LATE), goesOn(Outcome.EITHER)),
    ANSWER_OF_AN_EARLIER_REQUEST(of(Kind.STALE), goesOn(Outcome.UNKNOWN)),
    APPLIED_AND_ANSWER_OF_AN_EARLIER_REQUEST(of(Kind.APPLY_STALE), goesOn(Outcome.UNKNOWN)),
    CLOSED_WHILE_IDLE(of(Kind.IDLE_DROP).withInterval(5), goesOn(Outcome.EITHER)),
    RESET_WHILE_IDLE(of(Kind.IDLE_RESET).withInterval(5), goesOn(Outcome.EITHER)),

    // ---- errors of the service --------------------------------------------------------------------------------------
    ERROR_500(answer(500, "OperationTimedOut"), goesOn(Outcome.UNKNOWN)),
    ERROR_500_APPLIED(of(Kind.APPLY_ANSWER).with(500, "InternalError"), goesOn(Outcome.UNKNOWN)),
    ERROR_500_AND_APPLIED_LATER(of(Kind.HOLD_ANSWER).with(500, "OperationTimedOut").withLater(5), goesOn(Outcome.UNKNOWN)),
    ERROR_502(answer(502, ""), goesOn(Outcome.UNKNOWN)),
    ERROR_504_APPLIED(of(Kind.APPLY_ANSWER).with(504, ""), goesOn(Outcome.UNKNOWN)),
    REQUEST_TIMEOUT_408(answer(408, ""), goesOn(Outcome.UNKNOWN)),
    BUSY_503(answer(503, "ServerBusy"), waits(Reason.THROTTLED, Outcome.KNOWN)),
    BUSY_503_RETRY_AFTER(answer(503, "ServerBusy").withRetryAfter(1), waits(Reason.THROTTLED, Outcome.KNOWN)),
    TOO_MANY_429(answer(429, "TooManyRequests"), waits(Reason.THROTTLED, Outcome.KNOWN)),
    DENIED_403(answer(403, "AuthenticationFailed"), waits(Reason.DENIED, Outcome.KNOWN)),
    DENIED_401(answer(401, "NoAuthenticationInformation"), waits(Reason.DENIED, Outcome.KNOWN)),
    HTTPS_ONLY(answer(400, "AccountRequiresHttps"), waits(Reason.NEEDS_HTTPS, Outcome.KNOWN)),
    BAD_REQUEST_400(answer(400, "InvalidHeaderValue"), new Refuses()),
    TOO_LARGE_413(answer(413, "RequestBodyTooLarge"), new Refuses()),
    CONDITION_412(answer(412, "ConditionNotMet"), new Refuses()),

    // ---- the blob is lost -------------------------------------------------------------------------------------------
    LEASE_LOST_412(answer(412, "LeaseLost"), dies(Reason.LEASED, "lease-lost")),
    LEASE_MISSING_412(answer(412, "LeaseIdMissing"), dies(Reason.LEASED, "lease-lost")),
    LEASE_OF_ANOTHER_409(answer(409, "LeaseIdMismatchWithBlobOperation"), dies(Reason.LEASED, "lease-lost")),
    /** Of a change only: a read has no condition. */
    SEQUENCE_412(answer(412, "SequenceNumberConditionNotMet"), dies(Reason.FENCED, "fenced"), null),
    SEQUENCE_412_WITHOUT_CODE(answer(412, ""), dies(Reason.FENCED, "fenced"), null),
    GONE_404(answer(404, "BlobNotFound"), dies(Reason.NOT_FOUND, "not-found")),
    CONTAINER_GONE_404(answer(404, "ContainerNotFound"), dies(Reason.NOT_FOUND, "not-found")),
    OF_ANOTHER_TYPE_409(answer(409, "InvalidBlobType"), dies(Reason.NOT_PAGE_BLOB, "not-a-page-blob")),
    SHRUNK_416(answer(416, "InvalidRange"), dies(Reason.SHRUNK, "blob-shrunk")),

    // ---- the endpoint as a whole ------------------------------------------------------------------------------------
    CLOCK_AHEAD(new Trouble.Clock(Duration.ofMinutes(20)), waits(Reason.CLOCK_SKEW, Outcome.KNOWN)),
    CLOCK_BEHIND(new Trouble.Clock(Duration.ofMinutes(-20)), waits(Reason.CLOCK_SKEW, Outcome.KNOWN)),
    REFUSES_CONNECTIONS(new Trouble.Door(Accepting.REFUSED), waits(Reason.REFUSED, Outcome.EITHER)),
    /** They wait in its queue, and their requests are served when nobody waits for an answer any more. */
    ACCEPTS_NOBODY(new Trouble.Door(Accepting.PAUSED), goesOn(Outcome.EITHER)),
    ENDS_CONNECTIONS(new Trouble.Connections(false), goesOn(Outcome.EITHER)),
    RESETS_CONNECTIONS(new Trouble.Connections(true), goesOn(Outcome.EITHER)),

    // ---- longer than the device waits for an endpoint ---------------------------------------------------------------
    REFUSES_CONNECTIONS_FOR_TOO_LONG(new Trouble.Door(Accepting.REFUSED), dies(Reason.NO_PATH, "no-path")),
    ACCEPTS_NOBODY_FOR_TOO_LONG(new Trouble.Door(Accepting.PAUSED), dies(Reason.NO_PATH, "no-path")),
    NEVER_ANSWERED_FOR_TOO_LONG(of(Kind.SILENCE), dies(Reason.NO_PATH, "no-path")),
    ERROR_500_FOR_TOO_LONG(answer(500, "OperationTimedOut"), dies(Reason.NO_PATH, "no-path")),
    BUSY_503_FOR_TOO_LONG(answer(503, "ServerBusy"), dies(Reason.NO_PATH, "no-path")),
    DENIED_403_FOR_TOO_LONG(answer(403, "AuthenticationFailed"), dies(Reason.NO_PATH, "no-path"));

    private final Trouble trouble;
    private final Expected ofUpdates;
    private final Expected ofClears;
    private final Expected ofReads;

    Mishap(Fault fault, Expected ofAll) {
        this(new Trouble.Requests(fault), ofAll);
    }

    Mishap(Fault fault, Expected ofChanges, Expected ofReads) {
        this(fault, ofChanges, ofChanges, ofReads);
    }

    Mishap(Fault fault, Expected ofUpdates, Expected ofClears, Expected ofReads) {
        this(new Trouble.Requests(fault), ofUpdates, ofClears, ofReads);
    }

    Mishap(Trouble trouble, Expected ofAll) {
        this(trouble, ofAll, ofAll, ofAll);
    }

    Mishap(Trouble trouble, Expected ofUpdates, Expected ofClears, Expected ofReads) {
        this.trouble = trouble;
        this.ofUpdates = ofUpdates;
        this.ofClears = ofClears;
        this.ofReads = ofReads;
    }

    Trouble trouble() {
        return trouble;
    }

    /** What a device does that has this against such requests, or null when that makes no sense. */
    Expected expected(Operation operation) {
        return switch (operation) {
            case READ -> ofReads;
            case WRITE -> ofUpdates;
            case CLEAR -> ofClears;
        };
    }

    /** Whether every device survives it, when it hits single requests, whichever. */
    boolean survivable() {
        return trouble instanceof Trouble.Requests(Fault fault) && !fault.kind().stale() && this != SEQUENCE_HIGHER
                && Stream.of(ofUpdates, ofClears, ofReads).allMatch(e -> e == null || e instanceof GoesOn || e instanceof Waits);
    }

    private static Fault of(Kind kind) {
        return Fault.of(kind);
    }

    private static Fault answer(int status, String code) {
        return Fault.answer(status, code);
    }

    private static Expected goesOn(Outcome outcome) {
        return new GoesOn(outcome);
    }

    private static Expected waits(Reason reason, Outcome outcome) {
        return new Waits(reason, outcome);
    }

    private static Expected dies(Reason reason, String said) {
        return new Dies(reason, said);
    }
}
