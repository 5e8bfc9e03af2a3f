package io.dysk.blobserver.fault;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Requests whose senders gave up on them, to be applied when others have overtaken them. Thread-safe. */
public final class HeldRequests {
    private static final class Held {
        private final Runnable request;
        private int left;

        Held(Runnable request, int left) {
            this.request = request;
            this.left = left;
        }
    }

    private final List<Held> held = new ArrayList<>();
    private volatile boolean any;

    /**
     * Holds a request.
     *
     * @param request applies it
     * @param later after how many other requests; 0 for never by itself
     */
    public synchronized void hold(Runnable request, int later) {
        held.add(new Held(request, later));
        any = true;
    }

    public synchronized int size() {
        return held.size();
    }

    /** Another request was served; those whose time has come are applied before this returns. */
    public void served() {
        if (any) {
            due(false).forEach(Runnable::run);
        }
    }

    /** Applies all now, oldest first; says how many. */
    public int applyAll() {
        List<Runnable> due = due(true);
        due.forEach(Runnable::run);
        return due.size();
    }

    public synchronized int discardAll() {
        int count = held.size();
        held.clear();
        any = false;
        return count;
    }

    private synchronized List<Runnable> due(boolean all) {
        List<Runnable> due = new ArrayList<>();
        for (Iterator<Held> i = held.iterator(); i.hasNext(); ) {
            Held request = i.next();
            if (all || --request.left == 0) {
                due.add(request.request);
                i.remove();
            }
        }
        any = !held.isEmpty();
        return due;
    }
}
