package io.dysk.kernelsuite.ghosts;

import io.dysk.blobserver.BlobServer;
import io.dysk.blobserver.blob.AppliedWrite;
import io.dysk.blobserver.blob.AppliedWrites;
import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.Fault.Kind;
import io.dysk.blobserver.fault.Faults;
import io.dysk.blobserver.fault.HeldRequests;
import io.dysk.blobserver.fault.HeldRequests.Held;
import io.dysk.blobserver.http.RequestHead;
import io.dysk.blobserver.protocol.Target;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Where requests are that a server took and nobody got an answer to. Some of the requests that change a blob go there, and come back
 * when others have overtaken them; what they then change is counted. Thread-safe.
 *
 * <p>A ghost has landed when a request comes back and overwrites what was written after it had been sent. One that comes back before
 * anybody has written there does what it would have done in time: that is no ghost.
 */
final class Limbo implements Faults, AppliedWrites {
    private static final Fault[] WAYS = {way(Kind.HOLD_DROP), way(Kind.HOLD_DROP), way(Kind.HOLD_DROP), way(Kind.APPLY_HOLD_DROP),
            way(Kind.APPLY_HOLD_DROP), way(Kind.HOLD_SILENCE)};

    /** @param taken requests that went there @param returned of them came back @param early before anybody had written there
     * @param landed as ghosts */
    record Count(long taken, long returned, long early, long landed) {}

    private final ThreadLocal<Held> returning = new ThreadLocal<>();
    private final Map<String, List<AppliedWrite>> history = new HashMap<>();
    private final List<String> ghosts = new ArrayList<>();
    private SplittableRandom random = new SplittableRandom(0);
    private BlobServer server;
    private double takes;
    private double returns;
    private long taken;
    private long returned;
    private long early;

    private static Fault way(Kind kind) {
        return new Fault(kind, 0, "", -1, 0, 0);
    }

    /** From now on the requests of that server are at risk. Forgets what it has seen. */
    synchronized void watch(BlobServer ofRequests) {
        server = ofRequests;
        history.clear();
        ghosts.clear();
        taken = 0;
        returned = 0;
        early = 0;
    }

    /**
     * Opens it.
     *
     * @param withTakes how probable it is for each request that changes something to be taken
     * @param withReturns how probable it is at each request that an earlier one comes back just before it
     */
    synchronized void open(SplittableRandom withRandom, double withTakes, double withReturns) {
        random = withRandom;
        takes = withTakes;
        returns = withReturns;
    }

    /** Takes nothing more, returns nothing more by itself. */
    synchronized void shut() {
        takes = 0;
        returns = 0;
    }

    /** Everything comes back now, in any order. */
    void returnAll() {
        returnAll(held -> {});
    }

    /** @param before what is to be done before each */
    void returnAll(Consumer<Held> before) {
        for (Held held = anyHeld(); held != null; held = anyHeld()) {
            before.accept(held);
            comeBack(held);
        }
    }

    synchronized Count count() {
        return new Count(taken, returned, early, ghosts.size());
    }

    /** What landed, for people. */
    synchronized List<String> ghosts() {
        return List.copyOf(ghosts);
    }

    @Override
    public Fault next(RequestHead request, Target target) {
        boolean back;
        Fault fault = Fault.NONE;
        synchronized (this) {
            back = random.nextDouble() < returns;
            if (changes(request, target) && random.nextDouble() < takes) {
                taken++;
                fault = WAYS[random.nextInt(WAYS.length)];
            }
        }
        if (back) {
            Held held = anyHeld();
            if (held != null) {
                comeBack(held);
            }
        }
        return fault;
    }

    @Override
    public synchronized void applied(AppliedWrite change, ByteBuffer bytes) {
        List<AppliedWrite> before = history.computeIfAbsent(change.blob(), blob -> new ArrayList<>());
        Held held = returning.get();
        if (held != null) {
            if (before.stream().anyMatch(other -> other.number() > held.after() && overlap(other, change))) {
                ghosts.add(held + " landed as " + change);
            } else {
                early++;
            }
        }
        before.add(change);
    }

    private void comeBack(Held held) {
        returning.set(held);
        try {
            if (server.held().apply(held) != HeldRequests.Fate.UNKNOWN) {
                synchronized (this) {
                    returned++;
                }
            }
        } finally {
            returning.remove();
        }
    }

    private Held anyHeld() {
        List<Held> held = server.held().list();
        synchronized (this) {
            return held.isEmpty() ? null : held.get(random.nextInt(held.size()));
        }
    }

    /** Put Page, and Set Blob Properties, of which raises of the epoch are made. */
    private static boolean changes(RequestHead request, Target target) {
        String comp = target.query().text("comp");
        return target.isBlob() && request.methodText().equals("PUT") && (comp.equals("page") || comp.equals("properties"));
    }

    /** Whether they have bytes in common. */
    private static boolean overlap(AppliedWrite a, AppliedWrite b) {
        if (!isContent(a) || !isContent(b)) {
            return false;
        }
        return a.offset() < b.offset() + b.length() && b.offset() < a.offset() + a.length();
    }

    private static boolean isContent(AppliedWrite change) {
        return change.kind() == AppliedWrite.Kind.UPDATE || change.kind() == AppliedWrite.Kind.CLEAR;
    }
}
