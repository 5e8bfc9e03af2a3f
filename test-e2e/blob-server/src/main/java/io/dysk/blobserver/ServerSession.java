package io.dysk.blobserver;

import io.dysk.blobserver.blob.BlobSession;
import io.dysk.blobserver.http.Answer;
import io.dysk.blobserver.http.Delivery;
import io.dysk.blobserver.http.HeaderName;
import io.dysk.blobserver.http.Intake;
import io.dysk.blobserver.http.MalformedRequest;
import io.dysk.blobserver.http.RequestHead;
import io.dysk.blobserver.http.Session;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** One connection: control requests go to {@link Control}, all others are blob requests. */
final class ServerSession implements Session {
    private static final byte[] CONTROL = "/_control/".getBytes(StandardCharsets.US_ASCII);

    private final BlobSession blobs;
    private final Control control;
    private final boolean servesBlobs;

    ServerSession(BlobSession blobs, Control control, boolean servesBlobs) {
        this.blobs = blobs;
        this.control = control;
        this.servesBlobs = servesBlobs;
    }

    @Override
    public Delivery handle(RequestHead request, ByteBuffer body, Answer answer) {
        if (servesBlobs && !request.pathStartsWith(CONTROL)) {
            return blobs.handle(request, body, answer);
        }
        control.handle(request, answer);
        return Delivery.ORDINARY;
    }

    @Override
    public Intake intake(RequestHead request, long bodyLength, Answer answer) {
        if (servesBlobs && !request.pathStartsWith(CONTROL)) {
            return blobs.intake(request, bodyLength, answer);
        }
        boolean empty = bodyLength == 0 && !request.has(HeaderName.CONTENT_LENGTH);
        return empty || blobs.accepts(request, bodyLength, answer) ? Intake.WHOLE : Intake.REFUSED;
    }

    @Override
    public void malformed(MalformedRequest problem, Answer answer) {
        blobs.malformed(problem, answer);
    }

    @Override
    public void failed(Throwable problem, RequestHead request, Answer answer) {
        blobs.failed(problem, request, answer);
    }
}
