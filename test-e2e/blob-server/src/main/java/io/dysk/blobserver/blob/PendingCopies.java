package io.dysk.blobserver.blob;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Copies that are under way because a test wants to see them so. Thread-safe. */
public final class PendingCopies {
    /** A copy under way. */
    interface Pending {
        /** Ends it, unless it ended otherwise before. */
        void end(Copy.Status how);

        /** Shows how far it is. */
        void progress(int percent);
    }

    private final Map<String, Pending> pending = new LinkedHashMap<>();
    private volatile boolean holding;

    /** Whether copies from now on stay pending; those that are under way go on so. */
    public void hold(boolean wanted) {
        holding = wanted;
    }

    boolean holding() {
        return holding;
    }

    /** Ends all copies under way, well or not; says how many. */
    public int endAll(boolean well) {
        List<Pending> ended;
        synchronized (this) {
            ended = new ArrayList<>(pending.values());
            pending.clear();
        }
        ended.forEach(copy -> copy.end(well ? Copy.Status.SUCCESS : Copy.Status.FAILED));
        return ended.size();
    }

    /** Has all copies under way say that they are so far; says how many. */
    public int progress(int percent) {
        if (percent < 0 || percent > 100) {
            throw new IllegalArgumentException("percent must be 0 to 100");
        }
        List<Pending> told;
        synchronized (this) {
            told = new ArrayList<>(pending.values());
        }
        told.forEach(copy -> copy.progress(percent));
        return told.size();
    }

    public synchronized int size() {
        return pending.size();
    }

    synchronized void add(String id, Pending copy) {
        pending.put(id, copy);
    }

    /** Takes a copy out, to be ended by the caller; null if it isn't there. */
    synchronized Pending remove(String id) {
        return pending.remove(id);
    }
}
