package io.dysk.blob;

import java.time.Duration;
import java.util.Optional;

/**
 * Why a call failed: one subclass per kind, so that a switch over them is complete. Messages say what to do, in one line, and
 * hold no secret. There is never an SDK exception as the cause.
 */
@SuppressWarnings("serial") // Thrown and caught inside one process, never written to a stream.
public abstract sealed class BlobException extends RuntimeException {
    private final Answer answer;

    private BlobException(String message, Answer answer) {
        super(answer.describes() ? message + " (" + answer + ")" : message);
        this.answer = answer;
    }

    /** What the service answered, if it did. */
    public final Answer answer() {
        return answer;
    }

    /**
     * The part of an answer that helps to find it again.
     *
     * @param status HTTP status, or 0 if there was no answer
     * @param code {@code x-ms-error-code}, or empty
     * @param requestId {@code x-ms-request-id}, or empty: what the service's support asks for
     */
    public record Answer(int status, String code, String requestId) {
        static final Answer NONE = new Answer(0, "", "");

        boolean describes() {
            return status != 0;
        }

        @Override
        public String toString() {
            return "HTTP " + status + (code.isEmpty() ? "" : " " + code) + (requestId.isEmpty() ? "" : ", request " + requestId);
        }
    }

    /** The account, container, blob or snapshot isn't there. */
    public static final class NotFound extends BlobException {
        private final Missing missing;

        NotFound(String message, Missing missing, Answer answer) {
            super(message, answer);
            this.missing = missing;
        }

        /** What isn't there. */
        public Missing missing() {
            return missing;
        }

        /** What can be missing. */
        public enum Missing { ACCOUNT, CONTAINER, BLOB_OR_SNAPSHOT }
    }

    /** Something of that name is there already, and it was not made by this call. It was left as it is. */
    public static final class AlreadyExists extends BlobException {
        AlreadyExists(String message, Answer answer) {
            super(message, answer);
        }
    }

    /** The blob is there but isn't a page blob. */
    public static final class NotPageBlob extends BlobException {
        NotPageBlob(String message, Answer answer) {
            super(message, answer);
        }
    }

    /** Somebody else holds the lease, and the call needs it. Nothing was changed. */
    public static final class LeaseHeld extends BlobException {
        private final Optional<LeaseHolder> holder;

        LeaseHeld(String message, Optional<LeaseHolder> holder, Answer answer) {
            super(message, answer);
            this.holder = holder;
        }

        /** Who holds it, proven by asking the service whether the recorded lease is the one in force; empty if not known. */
        public Optional<LeaseHolder> holder() {
            return holder;
        }
    }

    /** The lease named in the call isn't in force (any more): it was broken, released or ran out. Nothing was changed. */
    public static final class LeaseLost extends BlobException {
        LeaseLost(String message, Answer answer) {
            super(message, answer);
        }
    }

    /** The blob isn't in the state that the caller named (its ETag or sequence number changed). Nothing was changed. */
    public static final class PreconditionFailed extends BlobException {
        PreconditionFailed(String message, Answer answer) {
            super(message, answer);
        }
    }

    /** The call doesn't fit to the state of the blob (snapshots are there, a copy is under way, it would shrink). Nothing was changed. */
    public static final class Conflict extends BlobException {
        Conflict(String message, Answer answer) {
            super(message, answer);
        }
    }

    /** A limit of the service was met that waiting a moment doesn't lift, such as the number or rate of snapshots. Nothing was changed. */
    public static final class LimitReached extends BlobException {
        LimitReached(String message, Answer answer) {
            super(message, answer);
        }
    }

    /** Credentials are wrong, have ended, or don't give the right to do this. Nothing was changed. */
    public static final class Denied extends BlobException {
        Denied(String message, Answer answer) {
            super(message, answer);
        }
    }

    /** Denied, and our clock and the service's are so far apart that this is why. Nothing was changed. */
    public static final class ClockSkew extends BlobException {
        private final Duration serverAhead;

        ClockSkew(String message, Duration serverAhead, Answer answer) {
            super(message, answer);
            this.serverAhead = serverAhead;
        }

        /** The service's clock minus ours. */
        public Duration serverAhead() {
            return serverAhead;
        }
    }

    /** The account takes https only ("secure transfer required"), or the credentials do. Nothing was changed. */
    public static final class NeedsHttps extends BlobException {
        NeedsHttps(String message, Answer answer) {
            super(message, answer);
        }

        NeedsHttps(String message) {
            this(message, Answer.NONE);
        }
    }

    /** The service is busy, also after the retries. Nothing was changed. */
    public static final class Throttled extends BlobException {
        private final Optional<Duration> retryAfter;

        Throttled(String message, Optional<Duration> retryAfter, Answer answer) {
            super(message, answer);
            this.retryAfter = retryAfter;
        }

        /** How long the service asks to wait. */
        public Optional<Duration> retryAfter() {
            return retryAfter;
        }
    }

    /** No usable answer within the time limit, also after the retries. */
    public static final class Unavailable extends BlobException {
        private final boolean outcomeKnown;

        Unavailable(String message, boolean outcomeKnown, Answer answer) {
            super(message, answer);
            this.outcomeKnown = outcomeKnown;
        }

        /**
         * Whether it is certain that nothing was changed (nothing was sent, or the call only reads). If not, the change may be
         * there, or may still come; each method of {@link PageBlobStore} says what then to do.
         */
        public boolean outcomeKnown() {
            return outcomeKnown;
        }
    }

    /** The service (an emulator, or an account kind) doesn't have this. Nothing was changed. */
    public static final class Unsupported extends BlobException {
        Unsupported(String message, Answer answer) {
            super(message, answer);
        }
    }

    /** The caller's values are wrong: they were refused before or by the service. Nothing was changed. */
    public static final class InvalidArgument extends BlobException {
        InvalidArgument(String message, Answer answer) {
            super(message, answer);
        }

        InvalidArgument(String message) {
            this(message, Answer.NONE);
        }
    }
}
