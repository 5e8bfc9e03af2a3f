package io.dysk.blobserver.blob;

import io.dysk.blobserver.auth.Accounts;
import io.dysk.blobserver.fault.EarlierAnswers;
import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.Faults;
import io.dysk.blobserver.fault.HeldRequests;
import io.dysk.blobserver.http.Answer;
import io.dysk.blobserver.http.Delivery;
import io.dysk.blobserver.http.HeaderName;
import io.dysk.blobserver.http.Intake;
import io.dysk.blobserver.http.MalformedRequest;
import io.dysk.blobserver.http.Method;
import io.dysk.blobserver.http.RequestHead;
import io.dysk.blobserver.http.Session;
import io.dysk.blobserver.limit.Limits;
import io.dysk.blobserver.limit.Throttles;
import io.dysk.blobserver.protocol.StorageError;
import io.dysk.blobserver.protocol.StorageException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Answers the blob requests of one connection. */
public final class BlobSession implements Session {
    private static final int PLACES = 8;

    /** What all connections of a server share. */
    public record Context(
            Store store,
            Accounts accounts,
            Faults faults,
            EarlierAnswers earlier,
            HeldRequests held,
            PendingCopies copies,
            Limits limits,
            Stats stats,
            Consumer<String> verbose) {}

    private final Context context;
    private final InetSocketAddress peer;
    private final long connection;
    private final Service service;
    private final Call call;
    private final ErrorAnswers errors;
    private final FaultyService faulty;
    private final Place[] places = new Place[PLACES];
    private int lastPlace;

    /**
     * @param connection its number
     * @param peer the other end
     */
    public BlobSession(Context context, long connection, InetSocketAddress peer) {
        this.context = context;
        this.connection = connection;
        this.peer = peer;
        this.service = new Service(context.store, context.accounts, context.copies, peer);
        this.call = new Call(context.store, connection);
        this.errors = new ErrorAnswers(call, context.stats);
        this.faulty = new FaultyService(context, connection, peer, service, call, errors);
    }

    @Override
    public Delivery handle(RequestHead request, ByteBuffer body, Answer answer) {
        call.start(request, body, answer, context.store.clock().now());
        Delivery delivery = Delivery.ORDINARY;
        try {
            call.checkVersion();
            Place place = place(request);
            call.place = place;
            delivery = context.limits.inForce() ? respondAtPace(request, place) : respond(request, place);
        } catch (StorageException e) {
            errors.refuse(e.error(), e.hint());
        }
        if (context.verbose != null) {
            tell(answer, delivery);
        }
        return delivery;
    }

    /** Keeps to the limits of blob and account, and to how long they take. */
    private Delivery respondAtPace(RequestHead request, Place place) {
        long arrived = System.nanoTime();
        Throttles throttles = place.throttles(context.limits);
        long size = DataSize.of(call);
        if (size != DataSize.NO_DATA && !throttles.admit(arrived, size)) {
            context.stats.countLimited();
            errors.refuse(StorageError.SERVER_BUSY, "");
            if (throttles.retryAfterSeconds() >= 0) {
                call.answer.header("Retry-After", Integer.toString(throttles.retryAfterSeconds()));
            }
            return Delivery.ORDINARY;
        }
        long due = arrived + throttles.latency(context.limits.chance());
        // A client that gave up must not know whether its request was done before or is done after: so both happen.
        boolean doneLast = due > arrived && context.limits.chance().percent(50);
        if (doneLast) {
            context.limits.alarm().await(due);
            call.now = context.store.clock().now();
        }
        try {
            return respond(request, place);
        } catch (StorageException e) {
            errors.refuse(e.error(), e.hint());
            return Delivery.ORDINARY;
        } finally {
            context.limits.alarm().await(due);
        }
    }

    private Delivery respond(RequestHead request, Place place) {
        Fault fault = context.faults.next(request, place.target);
        if (fault != Fault.NONE) {
            return faulty.serve(fault);
        }
        service.serve(call, context.stats);
        if (context.earlier.wanted()) {
            keep(request, place);
        }
        context.held.served();
        return Delivery.ORDINARY;
    }

    @Override
    public Intake intake(RequestHead request, long bodyLength, Answer answer) {
        if (!accepts(request, bodyLength, answer)) {
            return Intake.REFUSED;
        }
        return context.faults.anyEarly() ? wrongIntake(request, answer) : Intake.WHOLE;
    }

    private Intake wrongIntake(RequestHead request, Answer answer) {
        Fault fault;
        try {
            fault = context.faults.early(request, place(request).target);
        } catch (StorageException e) {
            // It names nothing; it will be told when its body is there.
            return Intake.WHOLE;
        }
        if (fault == Fault.NONE) {
            return Intake.WHOLE;
        }
        call.start(request, null, answer, context.store.clock().now());
        return faulty.intake(fault);
    }

    /** Whether a body of that length may follow this head; if not, the answer has the refusal. */
    public boolean accepts(RequestHead request, long bodyLength, Answer answer) {
        if (bodyLength <= PageWrites.MAX_BODY) {
            boolean needed = request.method() == Method.PUT || request.method() == Method.POST;
            if (!needed || request.has(HeaderName.CONTENT_LENGTH)) {
                return true;
            }
            call.start(request, null, answer, context.store.clock().now());
            errors.refuse(StorageError.MISSING_CONTENT_LENGTH, "");
            return false;
        }
        call.start(request, null, answer, context.store.clock().now());
        errors.refuse(StorageError.REQUEST_BODY_TOO_LARGE, "");
        return false;
    }

    @Override
    public void malformed(MalformedRequest problem, Answer answer) {
        call.start(null, null, answer, context.store.clock().now());
        context.stats.countRefused();
        call.begin(problem.status()).header("x-ms-error-code", "InvalidInput");
        call.xml(errors.document("InvalidInput", problem.getMessage()));
    }

    @Override
    public void failed(Throwable problem, RequestHead request, Answer answer) {
        System.getLogger(BlobSession.class.getName())
                .log(System.Logger.Level.ERROR, "a request failed: " + request.methodText() + " " + request.path(), problem);
        errors.refuse(StorageError.INTERNAL_ERROR, "");
    }

    private Place place(RequestHead request) {
        Place place = places[lastPlace];
        if (place != null && place.isOf(request)) {
            return place;
        }
        for (int i = 0; i < PLACES; i++) {
            if (places[i] != null && places[i].isOf(request)) {
                lastPlace = i;
                return places[i];
            }
        }
        lastPlace = (lastPlace + 1) % PLACES;
        places[lastPlace] = new Place(request, context.accounts, peer);
        return places[lastPlace];
    }

    /** Faults may want to give this answer to another request. */
    private void keep(RequestHead request, Place place) {
        byte[] image = call.answer.status() < 300
                ? call.answer.image(context.store.clock().date(call.now), EarlierAnswers.LONGEST)
                : null;
        if (image != null) {
            context.earlier.keep(request, place.target.query().text("comp"), image);
        }
    }

    private void tell(Answer answer, Delivery delivery) {
        context.verbose.accept(connection + " " + call.title() + " -> "
                + (delivery == Delivery.ORDINARY ? Integer.toString(answer.status()) : delivery.form() + " " + delivery.end()));
    }
}
