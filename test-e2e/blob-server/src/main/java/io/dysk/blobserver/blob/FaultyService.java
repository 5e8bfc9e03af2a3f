package io.dysk.blobserver.blob;

import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.Faults;
import io.dysk.blobserver.fault.HeldRequests;
import io.dysk.blobserver.http.Answer;
import io.dysk.blobserver.http.Delivery;
import io.dysk.blobserver.http.Intake;
import io.dysk.blobserver.http.MalformedRequest;
import io.dysk.blobserver.http.RequestHead;
import io.dysk.blobserver.limit.Limits;
import io.dysk.blobserver.protocol.StorageException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;

/** What becomes of the requests of one connection that a fault was ordered for. */
final class FaultyService {
    private final BlobSession.Context context;
    private final long connection;
    private final InetSocketAddress peer;
    private final Service service;
    private final Call call;
    private final ErrorAnswers errors;

    FaultyService(
            BlobSession.Context context,
            long connection,
            InetSocketAddress peer,
            Service service,
            Call call,
            ErrorAnswers errors) {
        this.context = context;
        this.connection = connection;
        this.peer = peer;
        this.service = service;
        this.call = call;
        this.errors = errors;
    }

    /** A fault that happens before the body is there; if an answer comes of it, the call has it. */
    Intake intake(Fault fault) {
        context.stats().countFault(fault.kind());
        if (fault.kind().answers()) {
            begin(fault);
        }
        pause(fault.delayMilliseconds());
        Intake.How how = switch (fault.kind()) {
            case SLOW_BODY -> Intake.How.SLOW;
            case EARLY_ANSWER -> Intake.How.ANSWERED;
            default -> Intake.How.DROPPED;
        };
        Delivery.End end = fault.kind() == Fault.Kind.EARLY_ANSWER
                ? fault.end() == null ? Delivery.End.CLOSE : fault.end()
                : fault.delivery().end();
        long bytes = how == Intake.How.SLOW && fault.amount() == 0 ? 512 : fault.amount();
        return new Intake(how, bytes, fault.intervalMilliseconds(), end);
    }

    /** A fault that happens to the request of the call. */
    Delivery serve(Fault fault) {
        Fault.Kind kind = fault.kind();
        context.stats().countFault(kind);
        if (kind.applied()) {
            try {
                service.serve(call, context.stats());
            } catch (StorageException e) {
                errors.refuse(e.error(), e.hint());
            }
        }
        if (kind.held()) {
            context.held().hold(copyOf(call.request, call.body), call.title(), context.store().log().last(), fault.later());
        } else {
            context.held().served();
        }
        pause(fault.delayMilliseconds());
        if (kind.answers() || kind == Fault.Kind.GARBAGE || kind == Fault.Kind.STALE) {
            begin(fault);
        }
        return kind.stale() ? stale(fault) : fault.delivery();
    }

    /** An earlier answer instead of this one, if there is any left. */
    private Delivery stale(Fault fault) {
        byte[] earlier = context.earlier().find(call.request, call.target().query().text("comp"));
        Delivery.End end = fault.delivery().end();
        return new Delivery(earlier == null ? Delivery.Form.NONE : Delivery.Form.REPLACED, 0, 0, earlier == null ? Delivery.End.CLOSE : end, earlier);
    }

    private void begin(Fault fault) {
        call.begin(fault.status());
        if (!fault.code().isEmpty()) {
            call.answer.header("x-ms-error-code", fault.code());
        }
        if (fault.retryAfterSeconds() >= 0) {
            call.answer.header("Retry-After", Long.toString(fault.retryAfterSeconds()));
        }
        if (!fault.code().isEmpty()) {
            call.xml(errors.document(fault.code(), "This answer was ordered."));
        }
    }

    private static void pause(long milliseconds) {
        try {
            if (milliseconds > 0) {
                Thread.sleep(milliseconds);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The request as something that can be applied when its connection is long gone; says whether it then was. */
    private BooleanSupplier copyOf(RequestHead request, ByteBuffer body) {
        ByteBuffer head = ByteBuffer.allocate(request.length()).put(request.raw(), 0, request.length()).flip();
        ByteBuffer bytes = ByteBuffer.allocateDirect(body.remaining()).put(body.duplicate()).flip();
        return () -> {
            RequestHead copy = new RequestHead();
            try {
                copy.parse(head);
            } catch (MalformedRequest e) {
                throw new IllegalStateException("it was parsed before", e);
            }
            BlobSession.Context undisturbed = new BlobSession.Context(
                    context.store(), context.accounts(), Faults.NONE, context.earlier(), new HeldRequests(), context.copies(),
                    new Limits(0), context.stats(), context.verbose());
            Answer nobodys = new Answer();
            nobodys.reset(copy.method());
            new BlobSession(undisturbed, connection, peer).handle(copy, bytes, nobodys);
            return nobodys.status() < 300;
        };
    }
}
