package io.dysk.kernelsuite;

/** {@code enum dysk_reason}, in its order: the ordinal is the value. */
public enum Reason {
    NONE,
    NO_ROUTE,
    REFUSED,
    TIMEOUT,
    RESET,
    BAD_ANSWER,
    DENIED,
    CLOCK_SKEW,
    NEEDS_HTTPS,
    NOT_FOUND,
    NOT_PAGE_BLOB,
    LEASED,
    FENCED,
    SHRUNK,
    NO_PATH,
    THROTTLED,
    SERVER,
    REJECTED,
    FORCED,
    BAD_SIZE,
    EXISTS,
    BUSY,
    BAD_ARGUMENT,
    NO_MEMORY,
    EPOCH,
    INTERNAL;

    static Reason of(long value) {
        return values()[Math.toIntExact(value)];
    }
}
