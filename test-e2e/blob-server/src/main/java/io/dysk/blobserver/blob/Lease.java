package io.dysk.blobserver.blob;

import io.dysk.blobserver.http.HeaderName;
import io.dysk.blobserver.http.RequestHead;
import io.dysk.blobserver.protocol.StorageError;
import io.dysk.blobserver.protocol.StorageException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * The lease of one blob, guarded by the blob's monitor. Times are UNIX milliseconds.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/storageservices/lease-blob">Lease Blob</a>
 */
final class Lease {
    enum State {
        AVAILABLE,
        LEASED,
        EXPIRED,
        BREAKING,
        BROKEN;

        boolean locked() {
            return this == LEASED || this == BREAKING;
        }
    }

    static final int INFINITE = -1;

    private byte[] id;
    private int seconds;
    private long end;
    private boolean breaking;
    private boolean writtenSince;

    /** What a process has to keep to know the lease again. */
    record Record(String id, int seconds, long end, boolean breaking, boolean writtenSince) {}

    Record record() {
        return id == null ? null : new Record(id(), seconds, end, breaking, writtenSince);
    }

    void restore(Record record) {
        id = record.id().getBytes(StandardCharsets.US_ASCII);
        seconds = record.seconds();
        end = record.end();
        breaking = record.breaking();
        writtenSince = record.writtenSince();
    }

    State state(long now) {
        if (id == null) {
            return State.AVAILABLE;
        }
        if (breaking) {
            return now < end ? State.BREAKING : State.BROKEN;
        }
        return seconds == INFINITE || now < end ? State.LEASED : State.EXPIRED;
    }

    boolean finite() {
        return seconds != INFINITE;
    }

    String id() {
        return new String(id, StandardCharsets.US_ASCII);
    }

    /** Refuses a write that doesn't name the lease in force, or names one that isn't. */
    void checkWrite(RequestHead request, long now) {
        if (request.has(HeaderName.X_MS_LEASE_ID)) {
            checkNamed(request, HeaderName.X_MS_LEASE_ID, now);
        } else if (id != null) {
            if (state(now).locked()) {
                throw new StorageException(StorageError.LEASE_ID_MISSING);
            }
        }
    }

    /** Refuses a read only if it names a lease that isn't in force. */
    void checkRead(RequestHead request, long now) {
        if (request.has(HeaderName.X_MS_LEASE_ID)) {
            checkNamed(request, HeaderName.X_MS_LEASE_ID, now);
        }
    }

    void checkNamed(RequestHead request, HeaderName name, long now) {
        boolean same = id != null && isId(request, name);
        if (!same) {
            guid(request, name);
        }
        switch (state(now)) {
            case LEASED, BREAKING -> {
                if (!same) {
                    throw new StorageException(StorageError.LEASE_ID_MISMATCH_WITH_BLOB);
                }
            }
            case EXPIRED, BROKEN ->
                throw new StorageException(same ? StorageError.LEASE_LOST : StorageError.LEASE_NOT_PRESENT_WITH_BLOB);
            case AVAILABLE -> throw new StorageException(StorageError.LEASE_NOT_PRESENT_WITH_BLOB);
        }
    }

    /** The blob was written: an expired lease can't be renewed any more. */
    void written() {
        writtenSince = true;
    }

    void acquire(String proposed, int duration, long now) {
        State state = state(now);
        if (state == State.BREAKING) {
            throw new StorageException(is(proposed)
                    ? StorageError.LEASE_IS_BREAKING_ACQUIRE
                    : StorageError.LEASE_ALREADY_PRESENT);
        }
        if (state == State.LEASED && !is(proposed)) {
            throw new StorageException(StorageError.LEASE_ALREADY_PRESENT);
        }
        set(proposed, duration, now);
    }

    void renew(String wanted, long now) {
        State state = state(now);
        if (state == State.AVAILABLE || !is(wanted)) {
            throw new StorageException(StorageError.LEASE_ID_MISMATCH_WITH_LEASE);
        }
        if (state == State.BREAKING || state == State.BROKEN) {
            throw new StorageException(StorageError.LEASE_IS_BROKEN_RENEW);
        }
        if (state == State.EXPIRED && writtenSince) {
            throw new StorageException(StorageError.LEASE_ID_MISMATCH_WITH_LEASE);
        }
        set(wanted, seconds, now);
    }

    void change(String from, String to, long now) {
        switch (state(now)) {
            case LEASED -> {
                if (!is(from) && !is(to)) {
                    throw new StorageException(StorageError.LEASE_ID_MISMATCH_WITH_LEASE);
                }
                id = to.getBytes(StandardCharsets.US_ASCII);
            }
            case BREAKING ->
                throw new StorageException(
                        is(from) ? StorageError.LEASE_IS_BREAKING_CHANGE : StorageError.LEASE_ID_MISMATCH_WITH_LEASE);
            case AVAILABLE, EXPIRED, BROKEN -> throw new StorageException(StorageError.LEASE_NOT_PRESENT_WITH_LEASE);
        }
    }

    void release(String wanted, long now) {
        if (state(now) == State.AVAILABLE || !is(wanted)) {
            throw new StorageException(StorageError.LEASE_ID_MISMATCH_WITH_LEASE);
        }
        id = null;
        breaking = false;
    }

    /**
     * Breaks the lease.
     *
     * @param period seconds until it is broken at the latest, or -1 for what the kind of the lease says
     * @return seconds until it is broken
     */
    int breakLease(int period, long now) {
        long wait;
        switch (state(now)) {
            case AVAILABLE -> throw new StorageException(StorageError.LEASE_NOT_PRESENT_WITH_LEASE);
            case BROKEN, EXPIRED -> wait = 0;
            case BREAKING -> wait = period < 0 ? end - now : Math.min(end - now, period * 1000L);
            case LEASED -> {
                long left = seconds == INFINITE ? Long.MAX_VALUE : end - now;
                wait = period >= 0 ? Math.min(left, period * 1000L) : seconds == INFINITE ? 0 : left;
            }
            default -> throw new IllegalStateException();
        }
        breaking = true;
        end = now + wait;
        return (int) ((wait + 999) / 1000);
    }

    private void set(String wanted, int duration, long now) {
        id = wanted.getBytes(StandardCharsets.US_ASCII);
        seconds = duration;
        end = now + duration * 1000L;
        breaking = false;
        writtenSince = false;
    }

    private boolean is(String other) {
        return id != null && id().equals(other);
    }

    private boolean isId(RequestHead request, HeaderName name) {
        int start = request.start(name);
        return Arrays.equals(request.raw(), start, request.end(name), id, 0, id.length)
                || is(request.value(name).toLowerCase(Locale.ROOT));
    }

    /** A lease id of a request, in lower case; refuses what isn't a GUID. Null if the header is absent. */
    static String guid(RequestHead request, HeaderName name) {
        String text = request.value(name);
        if (text == null) {
            return null;
        }
        String lower = text.toLowerCase(Locale.ROOT);
        if (!lower.matches("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")) {
            throw new StorageException(StorageError.INVALID_HEADER_VALUE, name.text() + " must be a GUID.");
        }
        return lower;
    }
}
