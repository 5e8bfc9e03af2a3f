package io.dysk.blobserver.blob;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Copies that are under way because a test wants to see them so. Thread-safe. */
public final class PendingCopies {
    /** Ends a copy, unless it ended otherwise before. */
    interface Ending {
        void end(Copy.Status how);
    }

    private final Map<String, Ending> pending = new LinkedHashMap<>();
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
        List<Ending> endings;
        synchronized (this) {
            endings = new ArrayList<>(pending.values());
            pending.clear();
        }
        endings.forEach(ending -> ending.end(well ? Copy.Status.SUCCESS : Copy.Status.FAILED));
        return endings.size();
    }

    public synchronized int size() {
        return pending.size();
    }

    synchronized void add(String id, Ending ending) {
        pending.put(id, ending);
    }

    /** Takes a copy out, to be ended by the caller; null if it isn't there. */
    synchronized Ending remove(String id) {
        return pending.remove(id);
    }
}
