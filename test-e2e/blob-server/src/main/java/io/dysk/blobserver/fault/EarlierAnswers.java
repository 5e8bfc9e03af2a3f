package io.dysk.blobserver.fault;

import io.dysk.blobserver.http.HeaderName;
import io.dysk.blobserver.http.RequestHead;
import java.util.ArrayDeque;
import java.util.Deque;

/** The last good answers of a server, of all connections, while a fault needs them. Thread-safe. */
public final class EarlierAnswers {
    /** Longest answer that is kept. */
    public static final int LONGEST = (4 << 20) + 65_536;

    private static final int KEPT = 16;

    private record Kept(String kind, String range, byte[] image) {}

    private final Deque<Kept> last = new ArrayDeque<>();
    private volatile boolean wanted;

    /** Whether answers are to be kept from now on; what was kept is forgotten. */
    synchronized void want(boolean value) {
        wanted = value;
        last.clear();
    }

    public boolean wanted() {
        return wanted;
    }

    /** Keeps the answer to a request. */
    public synchronized void keep(RequestHead request, String comp, byte[] image) {
        if (last.size() == KEPT) {
            last.removeLast();
        }
        last.addFirst(new Kept(kind(request, comp), range(request), image));
    }

    /**
     * An answer to an earlier request of the same kind: if possible one for the same range, else one of the same
     * length, else any, the newest. Null if there is none.
     */
    public synchronized byte[] find(RequestHead request, String comp) {
        String kind = kind(request, comp);
        String range = range(request);
        byte[] found = null;
        for (Kept kept : last) {
            if (kept.kind.equals(kind)) {
                if (kept.range.equals(range)) {
                    return kept.image;
                }
                boolean closer = found == null || length(kept.range) == length(range);
                found = closer ? kept.image : found;
            }
        }
        return found;
    }

    private static String kind(RequestHead request, String comp) {
        return request.methodText() + " " + comp + " " + request.value(HeaderName.X_MS_PAGE_WRITE);
    }

    private static String range(RequestHead request) {
        String range = request.value(request.has(HeaderName.X_MS_RANGE) ? HeaderName.X_MS_RANGE : HeaderName.RANGE);
        return range == null ? "" : range;
    }

    private static long length(String range) {
        if (!range.matches("bytes=\\d{1,18}-\\d{1,18}")) {
            return -1;
        }
        int dash = range.indexOf('-');
        return Long.parseLong(range.substring(dash + 1)) - Long.parseLong(range.substring(6, dash)) + 1;
    }
}
