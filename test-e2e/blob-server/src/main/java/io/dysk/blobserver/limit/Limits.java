package io.dysk.blobserver.limit;

import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The limits of a server's blobs and accounts; they can be changed while it runs. Thread-safe.
 *
 * <p>Get Blob and Put Page count, with the bytes that they read or write. What exceeds a limit is
 * answered with 503 ServerBusy at once and isn't done. Other requests (properties, leases, sequence
 * numbers, lists) are never refused here, but take their time.
 */
public final class Limits {
    /**
     * What a limit did.
     *
     * @param of "account/container/name", or "account"
     * @param allowed data requests that were done
     * @param refused data requests that weren't
     * @param bytes of the requests that were done
     */
    public record Usage(String of, Limit limit, long allowed, long refused, long bytes) {}

    private final NavigableMap<String, Throttle> named = new TreeMap<>();
    private final NavigableMap<String, Throttle> unnamed = new TreeMap<>();
    private final Chance chance;
    private final Alarm alarm = new Alarm();
    private Limit everyBlob = Limit.NONE;
    // Written with the monitor held only.
    private volatile int version;
    private volatile boolean inForce;

    /**
     * Without limits at first.
     *
     * @param seed of what latencies leave to chance
     */
    public Limits(long seed) {
        chance = new Chance(seed);
    }

    /**
     * Limits one blob.
     *
     * @param path "account/container/name"
     */
    public void blob(String path, Limit limit) {
        set(path, limit);
    }

    /** Limits each blob that has no limit of its own; every one has its own buckets. */
    public synchronized void everyBlob(Limit limit) {
        everyBlob = limit;
        unnamed.values().forEach(throttle -> throttle.set(limit, System.nanoTime()));
        changed(true);
    }

    /** Limits all blobs of an account together. */
    public void account(String name, Limit limit) {
        set(name, limit);
    }

    /** No limits any more, and nothing counted. */
    public synchronized void clear() {
        named.clear();
        unnamed.clear();
        everyBlob = Limit.NONE;
        changed(false);
    }

    /** What every limit did since it was first set, by name. */
    public synchronized List<Usage> usage() {
        NavigableMap<String, Throttle> all = new TreeMap<>(unnamed);
        all.putAll(named);
        return all.entrySet().stream().map(entry -> entry.getValue().usage(entry.getKey())).toList();
    }

    public Chance chance() {
        return chance;
    }

    /** What waits for the end of a latency. */
    public Alarm alarm() {
        return alarm;
    }

    /** Whether there are any; if not, nothing else need be asked. */
    public boolean inForce() {
        return inForce;
    }

    /** Changes when {@link #of} may give something else than before. */
    public int version() {
        return version;
    }

    /**
     * What limits the requests for a blob.
     *
     * @param blob name; empty for requests to the account or the container, which only the account's limit is for
     */
    public synchronized Throttles of(String account, String container, String blob) {
        Throttle its = null;
        if (!blob.isEmpty()) {
            String path = account + "/" + container + "/" + blob;
            its = named.get(path);
            if (its == null && everyBlob != Limit.NONE) {
                its = unnamed.computeIfAbsent(path, unknown -> new Throttle(everyBlob));
            }
        }
        return new Throttles(named.get(account), its);
    }

    private synchronized void set(String of, Limit limit) {
        Throttle known = named.get(of);
        if (known == null) {
            named.put(of, new Throttle(limit));
        } else {
            known.set(limit, System.nanoTime());
        }
        changed(true);
    }

    private void changed(boolean any) {
        version++;
        inForce = any;
    }
}
