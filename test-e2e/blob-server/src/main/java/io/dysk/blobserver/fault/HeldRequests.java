package io.dysk.blobserver.fault;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Requests whose senders gave up on them, to be applied when others have overtaken them. Thread-safe. */
public final class HeldRequests {
    /**
     * A request that is held.
     *
     * @param number of it among all that were held, from 1
     * @param what it is, as text: method, comp, range
     * @param after number of the last change that any blob had seen when it came
     */
    public record Held(long number, String what, long after) {}

    /** What became of a held request. */
    public enum Fate {
        /** It was applied. */
        APPLIED,
        /** The service refused it. */
        REFUSED,
        /** It isn't held: applied already, or forgotten. */
        UNKNOWN
    }

    private static final class Entry {
        private final Held held;
        private final BooleanSupplier request;
        private int left;

        Entry(Held held, BooleanSupplier request, int left) {
            this.held = held;
            this.request = request;
            this.left = left;
        }
    }

    private final List<Entry> entries = new ArrayList<>();
    private long last;
    private volatile boolean any;

    /**
     * Holds a request.
     *
     * @param request applies it, and says whether it was not refused
     * @param what it is, as text
     * @param after number of the last change there was
     * @param later after how many other requests; 0 for never by itself
     */
    public synchronized void hold(BooleanSupplier request, String what, long after, int later) {
        entries.add(new Entry(new Held(++last, what, after), request, later));
        any = true;
    }

    public synchronized int size() {
        return entries.size();
    }

    /** Those that are held now, oldest first. */
    public synchronized List<Held> list() {
        return entries.stream().map(entry -> entry.held).toList();
    }

    /** Another request was served; those whose time has come are applied before this returns. */
    public void served() {
        if (any) {
            due(false).forEach(entry -> entry.request.getAsBoolean());
        }
    }

    /** Applies one now, on the caller's thread. */
    public Fate apply(Held held) {
        Entry entry = take(held);
        if (entry == null) {
            return Fate.UNKNOWN;
        }
        return entry.request.getAsBoolean() ? Fate.APPLIED : Fate.REFUSED;
    }

    /** Applies all now, oldest first; says how many were tried, refused ones too. */
    public int applyAll() {
        List<Entry> due = due(true);
        due.forEach(entry -> entry.request.getAsBoolean());
        return due.size();
    }

    public synchronized int discardAll() {
        int count = entries.size();
        entries.clear();
        any = false;
        return count;
    }

    private synchronized Entry take(Held held) {
        for (Iterator<Entry> i = entries.iterator(); i.hasNext(); ) {
            Entry entry = i.next();
            if (entry.held.equals(held)) {
                i.remove();
                any = !entries.isEmpty();
                return entry;
            }
        }
        return null;
    }

    private synchronized List<Entry> due(boolean all) {
        List<Entry> due = new ArrayList<>();
        for (Iterator<Entry> i = entries.iterator(); i.hasNext(); ) {
            Entry entry = i.next();
            if (all || --entry.left == 0) {
                due.add(entry);
                i.remove();
            }
        }
        any = !entries.isEmpty();
        return due;
    }
}
