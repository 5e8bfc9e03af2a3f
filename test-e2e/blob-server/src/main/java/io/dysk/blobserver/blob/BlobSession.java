package io.dysk.blobserver.blob;

import io.dysk.blobserver.auth.Accounts;
import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.Faults;
import io.dysk.blobserver.fault.HeldRequests;
import io.dysk.blobserver.http.Answer;
import io.dysk.blobserver.http.HeaderName;
import io.dysk.blobserver.http.MalformedRequest;
import io.dysk.blobserver.http.Method;
import io.dysk.blobserver.http.RequestHead;
import io.dysk.blobserver.http.Session;
import io.dysk.blobserver.limit.Limits;
import io.dysk.blobserver.limit.Throttles;
import io.dysk.blobserver.protocol.StorageError;
import io.dysk.blobserver.protocol.StorageException;
import io.dysk.blobserver.protocol.Xml;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Answers the blob requests of one connection. */
public final class BlobSession implements Session {
    private static final int PLACES = 8;

    /** What all connections of a server share. */
    public record Context(
            Store store,
            Accounts accounts,
            Faults faults,
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
    }

    @Override
    public Outcome handle(RequestHead request, ByteBuffer body, Answer answer) {
        call.start(request, body, answer, context.store.clock().now());
        Outcome outcome = Outcome.SEND;
        try {
            call.checkVersion();
            Place place = place(request);
            call.place = place;
            outcome = context.limits.inForce() ? respondAtPace(request, body, place) : respond(request, body, place);
        } catch (StorageException e) {
            refuse(e.error(), e.hint());
        }
        if (context.verbose != null) {
            tell(request, answer, outcome);
        }
        return outcome;
    }

    /** Keeps to the limits of blob and account, and to how long they take. */
    private Outcome respondAtPace(RequestHead request, ByteBuffer body, Place place) {
        long arrived = System.nanoTime();
        Throttles throttles = place.throttles(context.limits);
        long size = DataSize.of(call);
        if (size != DataSize.NO_DATA && !throttles.admit(arrived, size)) {
            context.stats.countLimited();
            refuse(StorageError.SERVER_BUSY, "");
            if (throttles.retryAfterSeconds() >= 0) {
                call.answer.header("Retry-After", Integer.toString(throttles.retryAfterSeconds()));
            }
            return Outcome.SEND;
        }
        long due = arrived + throttles.latency(context.limits.chance());
        // A client that gave up must not know whether its request was done before or is done after: so both happen.
        boolean doneLast = due > arrived && context.limits.chance().percent(50);
        if (doneLast) {
            context.limits.alarm().await(due);
            call.now = context.store.clock().now();
        }
        try {
            return respond(request, body, place);
        } catch (StorageException e) {
            refuse(e.error(), e.hint());
            return Outcome.SEND;
        } finally {
            context.limits.alarm().await(due);
        }
    }

    private Outcome respond(RequestHead request, ByteBuffer body, Place place) {
        Fault fault = context.faults.next(request, place.target);
        if (fault != Fault.NONE) {
            return serveBadly(request, body, place, fault);
        }
        serve(request, place);
        context.held.served();
        return Outcome.SEND;
    }

    private void serve(RequestHead request, Place place) {
        Operation operation = Operation.of(request, place.target);
        context.stats.count(operation, call.body.remaining());
        place.access.check(request, operation.permissions(), call.now);
        if (operation.accountWide()) {
            place.access.checkAccountWide(request);
        }
        service.run(operation, call);
    }

    private Outcome serveBadly(RequestHead request, ByteBuffer body, Place place, Fault fault) {
        context.stats.countFault();
        if (fault.kind().applied()) {
            try {
                serve(request, place);
            } catch (StorageException e) {
                refuse(e.error(), e.hint());
            }
        }
        if (fault.kind().held()) {
            context.held.hold(copyOf(request, body), title(request), context.store.log().last(), fault.later());
        } else {
            context.held.served();
        }
        pause(fault.delayMilliseconds());
        return switch (fault.kind()) {
            case NONE -> Outcome.SEND;
            case ANSWER, APPLY_ANSWER -> {
                begin(fault);
                yield Outcome.SEND;
            }
            case DROP, APPLY_DROP, HOLD_DROP, APPLY_HOLD_DROP -> Outcome.DROP;
            case RESET, APPLY_RESET -> Outcome.RESET;
            case SILENCE, APPLY_SILENCE, HOLD_SILENCE -> Outcome.SILENCE;
        };
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
            call.xml(document(fault.code(), "This answer was ordered."));
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
            Context undisturbed = new Context(
                    context.store, context.accounts, Faults.NONE, new HeldRequests(), context.copies, new Limits(0), context.stats, context.verbose);
            Answer nobodys = new Answer();
            nobodys.reset(copy.method());
            new BlobSession(undisturbed, connection, peer).handle(copy, bytes, nobodys);
            return nobodys.status() < 300;
        };
    }

    @Override
    public boolean accepts(RequestHead request, long bodyLength, Answer answer) {
        if (bodyLength <= PageWrites.MAX_BODY) {
            boolean needed = request.method() == Method.PUT || request.method() == Method.POST;
            if (!needed || request.has(HeaderName.CONTENT_LENGTH)) {
                return true;
            }
            call.start(request, null, answer, context.store.clock().now());
            refuse(StorageError.MISSING_CONTENT_LENGTH, "");
            return false;
        }
        call.start(request, null, answer, context.store.clock().now());
        refuse(StorageError.REQUEST_BODY_TOO_LARGE, "");
        return false;
    }

    @Override
    public void malformed(MalformedRequest problem, Answer answer) {
        call.start(null, null, answer, context.store.clock().now());
        context.stats.countRefused();
        call.begin(problem.status()).header("x-ms-error-code", "InvalidInput");
        call.xml(document("InvalidInput", problem.getMessage()));
    }

    @Override
    public void failed(Throwable problem, RequestHead request, Answer answer) {
        System.getLogger(BlobSession.class.getName())
                .log(System.Logger.Level.ERROR, "a request failed: " + request.methodText() + " " + request.path(), problem);
        refuse(StorageError.INTERNAL_ERROR, "");
    }

    private void refuse(StorageError error, String hint) {
        context.stats.countRefused();
        call.begin(error.status()).header("x-ms-error-code", error.code());
        if (error == StorageError.NO_AUTHENTICATION) {
            call.answer.header("WWW-Authenticate", "SharedKey");
        }
        if (error == StorageError.INVALID_RANGE && call.place != null) {
            size(call);
        }
        if (call.request.method() != Method.HEAD) {
            call.xml(document(error.code(), hint.isEmpty() ? error.message() : error.message() + " " + hint));
        }
    }

    private static void size(Call call) {
        try {
            Blob blob = call.blob();
            synchronized (blob) {
                call.answer.header("Content-Range", "bytes */" + blob.version(call.place.snapshot).size());
            }
        } catch (StorageException e) {
            // It went since; then there is nothing to say about its size.
        }
    }

    private byte[] document(String code, String message) {
        return new Xml().open("Error")
                .element("Code", code)
                .element("Message", message + "\nRequestId:" + call.requestId() + "\nTime:" + Instant.ofEpochMilli(call.now))
                .bytes();
    }

    /** Method, path, comp and range. */
    private String title(RequestHead request) {
        String comp = call.place == null ? "" : call.place.target.query().text("comp");
        String range = request.value(request.has(HeaderName.X_MS_RANGE) ? HeaderName.X_MS_RANGE : HeaderName.RANGE);
        return request.methodText() + " " + request.path()
                + (comp.isEmpty() ? "" : " comp=" + comp)
                + (range == null ? "" : " " + range);
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

    private void tell(RequestHead request, Answer answer, Outcome outcome) {
        context.verbose.accept(connection + " " + title(request) + " -> " + (outcome == Outcome.SEND ? Integer.toString(answer.status()) : outcome.toString()));
    }
}
