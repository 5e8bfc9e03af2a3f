package io.dysk.blob;

/** State of a blob's lease. */
public enum LeaseState {
    /** Nobody holds it. */
    AVAILABLE,
    /** Somebody holds it: only they can write. */
    LEASED,
    /** It ran out. Its holder may renew it as long as nobody wrote. */
    EXPIRED,
    /** It was broken but still holds for a while. */
    BREAKING,
    /** It was broken. */
    BROKEN;

    /** Whether writes without the lease's id are refused. */
    public boolean locksWrites() {
        return this == LEASED || this == BREAKING;
    }
}
