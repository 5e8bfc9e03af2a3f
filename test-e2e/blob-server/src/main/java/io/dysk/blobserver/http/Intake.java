package io.dysk.blobserver.http;

/**
 * How the body of a request is taken in.
 *
 * @param how in short
 * @param bytes how much of the body is read before something happens; at a time for {@link How#SLOW}
 * @param milliseconds between two reads, for {@link How#SLOW}
 * @param end what becomes of the connection, for {@link How#ANSWERED} and {@link How#DROPPED}
 */
public record Intake(How how, long bytes, int milliseconds, Delivery.End end) {
    /** All of it, then the request is handled. */
    public static final Intake WHOLE = new Intake(How.WHOLE, 0, 0, Delivery.End.KEEP);

    /** Not at all: the refusal is sent, and the body skipped if it isn't too long. */
    public static final Intake REFUSED = new Intake(How.ANSWERED, 0, 0, Delivery.End.KEEP);

    public enum How {
        /** It is read as fast as it comes. */
        WHOLE,
        /** It is read piece by piece, then the request is handled. */
        SLOW,
        /** The answer is sent when a part of it is there. */
        ANSWERED,
        /** The connection ends when a part of it is there. */
        DROPPED
    }
}
