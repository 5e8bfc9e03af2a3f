package io.dysk.blobserver.http;

import java.nio.ByteBuffer;

/** What answers the requests of one connection, on its thread. */
public interface Session {
    /**
     * Says how the body of a request is to be taken in; asked when its head is there.
     *
     * @param answer to be filled if the request is to be answered without being handled
     */
    Intake intake(RequestHead request, long bodyLength, Answer answer);

    /**
     * Answers one request.
     *
     * @param body the whole body; valid during the call only
     * @return how the answer is to be sent
     */
    Delivery handle(RequestHead request, ByteBuffer body, Answer answer);

    /** A refusal for something that isn't HTTP. */
    void malformed(MalformedRequest problem, Answer answer);

    /** Something failed that shouldn't have; {@code answer} becomes a 500. */
    void failed(Throwable problem, RequestHead request, Answer answer);
}
