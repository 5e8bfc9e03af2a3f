package io.dysk.blobserver.fault;

import io.dysk.blobserver.http.Delivery;
import io.dysk.blobserver.http.Delivery.End;
import java.util.Objects;

/**
 * What happens to one request instead of the ordinary. Start from {@link #of} and change what matters.
 *
 * @param kind what
 * @param status the status answered, for the kinds that answer with it
 * @param code x-ms-error-code of that answer
 * @param retryAfterSeconds Retry-After of that answer, or -1 for none
 * @param delayMilliseconds wait before the answer (for {@link Kind#NONE}, of an ordinary one)
 * @param later for requests that are applied later: how many requests later; 0 for never by itself
 * @param amount how much of what is wrong, see {@link Kind}; 0 for the usual amount
 * @param intervalMilliseconds between pieces, or of idleness
 * @param end what becomes of the connection, for the kinds that leave it open otherwise; null for what the
 *     kind does by itself
 */
public record Fault(
        Kind kind,
        int status,
        String code,
        long retryAfterSeconds,
        long delayMilliseconds,
        int later,
        long amount,
        int intervalMilliseconds,
        End end) {
    /** Nothing out of the ordinary. */
    public static final Fault NONE = new Fault(Kind.NONE, 0, "", -1, 0, 0);

    private static final int INTERVAL = 10;

    public Fault {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(code);
        if (intervalMilliseconds < 0 || delayMilliseconds < 0) {
            throw new IllegalArgumentException("times must not be negative");
        }
        if (amount > kind.most || amount < (kind.mayBeLess ? -kind.most : 0)) {
            throw new IllegalArgumentException("the amount of " + kind + " must be " + (kind.mayBeLess ? "-" + kind.most : "0") + " to " + kind.most);
        }
    }

    public Fault(Kind kind, int status, String code, long retryAfterSeconds, long delayMilliseconds, int later) {
        this(kind, status, code, retryAfterSeconds, delayMilliseconds, later, 0, INTERVAL, null);
    }

    /** A fault of that kind with everything else as usual; kinds that answer do so with 500 InternalError. */
    public static Fault of(Kind kind) {
        return new Fault(kind, 500, "InternalError", -1, 0, 1);
    }

    /** Not applied, and answered with an error. */
    public static Fault answer(int status, String code) {
        return of(Kind.ANSWER).with(status, code);
    }

    /** With another answer, for the kinds that answer with a status. */
    public Fault with(int itsStatus, String itsCode) {
        return new Fault(kind, itsStatus, itsCode, retryAfterSeconds, delayMilliseconds, later, amount, intervalMilliseconds, end);
    }

    /** With Retry-After, for the kinds that answer with a status; -1 for none. */
    public Fault withRetryAfter(long seconds) {
        return new Fault(kind, status, code, seconds, delayMilliseconds, later, amount, intervalMilliseconds, end);
    }

    /** With a wait before the answer. */
    public Fault withDelay(long milliseconds) {
        return new Fault(kind, status, code, retryAfterSeconds, milliseconds, later, amount, intervalMilliseconds, end);
    }

    /** Applied so many requests later, for the kinds that do that. */
    public Fault withLater(int requests) {
        return new Fault(kind, status, code, retryAfterSeconds, delayMilliseconds, requests, amount, intervalMilliseconds, end);
    }

    /** With so much of what is wrong, see {@link Kind}. */
    public Fault withAmount(long value) {
        return new Fault(kind, status, code, retryAfterSeconds, delayMilliseconds, later, value, intervalMilliseconds, end);
    }

    /** With so much time between pieces, or of idleness. */
    public Fault withInterval(int milliseconds) {
        return new Fault(kind, status, code, retryAfterSeconds, delayMilliseconds, later, amount, milliseconds, end);
    }

    /** With another end of the connection than the kind has by itself. */
    public Fault then(End value) {
        return new Fault(kind, status, code, retryAfterSeconds, delayMilliseconds, later, amount, intervalMilliseconds, value);
    }

    /** What becomes of the connection after the answer. */
    End endOr(End usual) {
        return end == null ? usual : end;
    }

    /** How the answer is delivered. */
    public Delivery delivery() {
        return Deliveries.of(this);
    }

    /**
     * The kinds of faults. Where "amount" is said, 0 means the number in parentheses.
     */
    public enum Kind {
        /** Nothing but the delay. */
        NONE,
        /** Answered with the status, not applied. */
        ANSWER,
        /** Applied, then answered with the status. */
        APPLY_ANSWER,
        /** Answered with the status; applied some requests later. */
        HOLD_ANSWER,
        /** The connection ends, nothing applied. */
        DROP,
        /** Applied, then the connection ends. */
        APPLY_DROP,
        /** The connection is reset, nothing applied. */
        RESET,
        /** Applied, then the connection is reset. */
        APPLY_RESET,
        /** Never answered, nothing applied. */
        SILENCE,
        /** Applied, never answered. */
        APPLY_SILENCE,
        /** The connection ends; applied some requests later. */
        HOLD_DROP,
        /** Applied, then the connection ends; applied once more some requests later. */
        APPLY_HOLD_DROP,
        /** Never answered; applied some requests later. */
        HOLD_SILENCE,
        /** Applied and answered; applied once more some requests later. */
        DUPLICATE,

        /** The connection ends when amount (0) bytes of the body have come; not applied. */
        DROP_BODY,
        /** The connection is reset when amount (0) bytes of the body have come; not applied. */
        RESET_BODY,
        /** Answered with the status when amount (0) bytes of the body have come; then the connection ends. Not applied. */
        EARLY_ANSWER,
        /** The body is read amount (512) bytes at a time. */
        SLOW_BODY(1 << 22),

        /** Applied; half of the answer's head, or amount bytes of it, then the connection ends. */
        CUT_HEAD,
        /** Applied; half of the answer's body, or amount bytes of it, then the connection ends. */
        CUT_BODY,
        /** Applied; Content-Length is amount (512) more than the body, or less. */
        WRONG_LENGTH(1L << 40, true),
        /** Applied; Content-Range is amount (512) further on, or back. */
        WRONG_RANGE(1L << 40, true),
        /** Applied; the sequence number in the answer is amount (1) higher, or lower. */
        WRONG_SEQUENCE(1L << 62, true),
        /** Applied; the status is another one, all the rest as it should be. */
        WRONG_STATUS,
        /** Applied; amount (16) bytes follow the answer. */
        EXTRA_BYTES(1 << 24),
        /** Applied; the answer's body comes in chunks of amount (4096) bytes. */
        CHUNKED(1 << 24),
        /** Applied; amount (1) interim answers 100 come before the answer. */
        CONTINUE(10_000),
        /** Applied; the answer's head has amount (65,536) bytes more. */
        HUGE_HEAD(1 << 24),
        /** Applied; the answer's head goes on until the peer ends the connection, or for amount (64 MiB) bytes. */
        ENDLESS_HEAD(1L << 40),
        /** Amount (256) bytes that aren't HTTP, then the connection ends; not applied. */
        GARBAGE(1 << 24),
        /** Applied; amount (256) bytes that aren't HTTP, then the connection ends. */
        APPLY_GARBAGE(1 << 24),
        /** Applied; the answer comes amount (1) bytes at a time. */
        DRIP(1 << 24),
        /** Applied; the answer comes twice in a row. */
        TWICE,
        /** Applied; the answer comes again when the next request on the connection has begun. */
        TWICE_LATE,
        /** Answered with what an earlier request of the same kind was answered; not applied. */
        STALE,
        /** Applied, and answered with what an earlier request of the same kind was answered. */
        APPLY_STALE,
        /** Applied and answered; then the connection ends if it is idle for the interval. */
        IDLE_DROP,
        /** Applied and answered; then the connection is reset if it is idle for the interval. */
        IDLE_RESET;

        private final long most;
        private final boolean mayBeLess;

        Kind() {
            this(1 << 22);
        }

        Kind(long most) {
            this(most, false);
        }

        Kind(long most, boolean mayBeLess) {
            this.most = most;
            this.mayBeLess = mayBeLess;
        }

        /** Whether it happens before the body is read. */
        public boolean early() {
            return switch (this) {
                case DROP_BODY, RESET_BODY, EARLY_ANSWER, SLOW_BODY -> true;
                default -> false;
            };
        }

        /** Whether the request is kept, to be applied later. */
        public boolean held() {
            return switch (this) {
                case HOLD_DROP, HOLD_SILENCE, HOLD_ANSWER, APPLY_HOLD_DROP, DUPLICATE -> true;
                default -> false;
            };
        }

        /** Whether the request is applied at once. */
        public boolean applied() {
            return switch (this) {
                case ANSWER, DROP, RESET, SILENCE, HOLD_ANSWER, HOLD_DROP, HOLD_SILENCE, DROP_BODY, RESET_BODY, EARLY_ANSWER,
                        GARBAGE, STALE -> false;
                default -> true;
            };
        }

        /** Whether the answer is one of the fault's status. */
        public boolean answers() {
            return switch (this) {
                case ANSWER, APPLY_ANSWER, HOLD_ANSWER, EARLY_ANSWER -> true;
                default -> false;
            };
        }

        /** Whether an earlier answer takes the place of this one. */
        public boolean stale() {
            return this == STALE || this == APPLY_STALE;
        }
    }
}
