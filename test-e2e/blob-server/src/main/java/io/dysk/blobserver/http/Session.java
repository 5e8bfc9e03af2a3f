package io.dysk.blobserver.http;

import java.nio.ByteBuffer;

/** What answers the requests of one connection, on its thread. */
public interface Session {
    /** What becomes of the answer. */
    enum Outcome {
        /** It is sent. */
        SEND,
        /** It isn't, and the connection ends. */
        DROP,
        /** It isn't, and the connection ends with a reset. */
        RESET,
        /** It isn't, and nothing more is read until the peer goes. */
        SILENCE
    }

    /**
     * Answers one request.
     *
     * @param body the whole body; valid during the call only
     */
    Outcome handle(RequestHead request, ByteBuffer body, Answer answer);

    /** Whether the body of this request, of that length, is to be read; if not, {@code answer} has the refusal. */
    boolean accepts(RequestHead request, long bodyLength, Answer answer);

    /** A refusal for something that isn't HTTP. */
    void malformed(MalformedRequest problem, Answer answer);

    /** Something failed that shouldn't have; {@code answer} becomes a 500. */
    void failed(Throwable problem, RequestHead request, Answer answer);
}
