package io.dysk.blobserver.fault;

/**
 * What happens to one request instead of the ordinary.
 *
 * @param kind what
 * @param status the status answered, for the kinds that answer with it
 * @param code x-ms-error-code of that answer
 * @param retryAfterSeconds Retry-After of that answer, or -1 for none
 * @param delayMilliseconds wait before the answer (for {@link Kind#NONE}, of an ordinary one)
 * @param later for held requests: how many requests later it is applied
 */
public record Fault(Kind kind, int status, String code, long retryAfterSeconds, long delayMilliseconds, int later) {
    /** Nothing out of the ordinary. */
    public static final Fault NONE = new Fault(Kind.NONE, 0, "", -1, 0, 0);

    public enum Kind {
        /** Nothing but the delay. */
        NONE,
        /** Answered with the status, not applied. */
        ANSWER,
        /** Applied, then answered with the status. */
        APPLY_ANSWER,
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
        HOLD_SILENCE;

        /** Whether the request is kept, to be applied later. */
        public boolean held() {
            return this == HOLD_DROP || this == HOLD_SILENCE || this == APPLY_HOLD_DROP;
        }

        /** Whether the request is applied at once. */
        public boolean applied() {
            return switch (this) {
                case NONE, APPLY_ANSWER, APPLY_DROP, APPLY_RESET, APPLY_SILENCE, APPLY_HOLD_DROP -> true;
                case ANSWER, DROP, RESET, SILENCE, HOLD_DROP, HOLD_SILENCE -> false;
            };
        }
    }
}
