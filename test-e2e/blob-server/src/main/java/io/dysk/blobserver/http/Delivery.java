package io.dysk.blobserver.http;

/**
 * How an answer leaves the server, and what becomes of its connection then.
 *
 * @param form the answer's
 * @param amount how much of what is wrong, see {@link Form}; 0 for the usual amount
 * @param milliseconds between pieces, or of idleness
 * @param end what follows the answer
 * @param instead what is sent as {@link Form#REPLACED}, else null
 */
public record Delivery(Form form, long amount, int milliseconds, End end, byte[] instead) {
    /** The answer as it should be, and more requests after it. */
    public static final Delivery ORDINARY = new Delivery(Form.WHOLE, 0, 0, End.KEEP, null);

    public Delivery(Form form, End end) {
        this(form, 0, 0, end, null);
    }

    /** What leaves. */
    public enum Form {
        /** The answer. */
        WHOLE,
        /** Nothing. */
        NONE,
        /** The first bytes of the head (half of it). */
        CUT_HEAD,
        /** The head and the first bytes of the body (half of it). */
        CUT_BODY,
        /** A Content-Length that is more (512), or less if negative, than the body. */
        WRONG_LENGTH,
        /** A Content-Range that is further on (512). */
        WRONG_RANGE,
        /** An x-ms-blob-sequence-number that is higher (1). */
        WRONG_SEQUENCE,
        /** Another status, of that amount (200), with all the rest as it should be. */
        WRONG_STATUS,
        /** So many bytes after the end (16). */
        EXTRA_BYTES,
        /** The body in chunks of that size (4096), without a Content-Length. */
        CHUNKED,
        /** So many interim answers 100 (1), then the answer. */
        CONTINUE,
        /** So many bytes of further headers (65,536). */
        HUGE_HEAD,
        /** The first line, and headers without an end; at most so many bytes (64 MiB). */
        ENDLESS_HEAD,
        /** So many bytes that aren't HTTP (256). */
        GARBAGE,
        /** So many bytes at a time (1). */
        DRIP,
        /** The answer twice. */
        TWICE,
        /** The answer, and again when the next request has come, before that one is answered. */
        TWICE_LATE,
        /** Another answer. */
        REPLACED,
        /** The answer; the connection ends if it is idle for so long. */
        IDLE_END
    }

    /** What becomes of the connection. */
    public enum End {
        /** More requests are answered on it. */
        KEEP,
        /** It ends with a FIN. */
        CLOSE,
        /** It ends with a reset. */
        RESET,
        /** Nothing more is answered until the peer goes. */
        SILENCE
    }

    long amountOr(long usual) {
        return amount == 0 ? usual : amount;
    }
}
