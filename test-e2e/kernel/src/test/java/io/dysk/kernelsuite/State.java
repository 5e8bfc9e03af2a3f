package io.dysk.kernelsuite;

/** {@code enum dysk_state}, in its order: the ordinal is the value. */
public enum State {
    ATTACHING,
    LIVE,
    FENCING,
    HELD,
    DEAD,
    REMOVING;

    static State of(long value) {
        return values()[Math.toIntExact(value)];
    }
}
