package io.dysk.blobserver.blob;

import io.dysk.blobserver.http.HeaderName;
import io.dysk.blobserver.http.RequestHead;
import io.dysk.blobserver.protocol.StorageException;

/** Which requests limits on data are for, and how much each moves. */
final class DataSize {
    /** Of requests that limits on data aren't for. */
    static final long NO_DATA = -1;

    private DataSize() {}

    /**
     * Bytes that Get Blob reads or Put Page writes (0 for a clear, and for requests that will be refused), or
     * {@link #NO_DATA} for all other requests.
     */
    static long of(Call call) {
        return switch (operation(call)) {
            case GET_BLOB, PUT_PAGE, PUT_PAGE_FROM_URL -> size(call);
            case null, default -> NO_DATA;
        };
    }

    private static Operation operation(Call call) {
        try {
            return Operation.of(call.request, call.target());
        } catch (StorageException e) {
            return null;
        }
    }

    private static long size(Call call) {
        try {
            return switch (call.request.method()) {
                case GET -> read(call);
                default -> call.request.has(HeaderName.X_MS_COPY_SOURCE) ? copied(call) : call.body.remaining();
            };
        } catch (StorageException e) {
            return 0;
        }
    }

    private static long copied(Call call) {
        return call.readRange() ? Math.min(call.rangeLast - call.rangeStart + 1, PageWrites.MAX_BODY) : 0;
    }

    private static long read(Call call) {
        RequestHead request = call.request;
        boolean ranged = request.has(HeaderName.X_MS_RANGE) || request.has(HeaderName.RANGE);
        long first = ranged && call.readRange() ? call.rangeStart : 0;
        long last = ranged ? call.rangeLast : Long.MAX_VALUE;
        if (last == Long.MAX_VALUE) {
            Blob blob = call.blob();
            synchronized (blob) {
                last = blob.version(call.place.snapshot).size() - 1;
            }
        }
        return Math.max(0, last - first + 1);
    }
}
