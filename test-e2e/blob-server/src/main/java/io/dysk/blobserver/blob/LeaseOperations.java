package io.dysk.blobserver.blob;

import io.dysk.blobserver.auth.Permission;
import io.dysk.blobserver.http.HeaderName;
import io.dysk.blobserver.protocol.StorageError;
import io.dysk.blobserver.protocol.StorageException;
import java.util.UUID;

/**
 * Lease Blob. It changes neither etag nor time of the blob.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/storageservices/lease-blob">Lease Blob</a>
 */
final class LeaseOperations {
    private final Store store;

    LeaseOperations(Store store) {
        this.store = store;
    }

    void lease(Call call) {
        String action = call.required(HeaderName.X_MS_LEASE_ACTION);
        if (!action.equals("break")) {
            call.place.access.checkGrant(call.request, Permission.WRITE.bit());
        }
        Blob blob = call.blob();
        synchronized (blob) {
            Version version = BlobLifecycle.current(call, blob);
            Conditions.check(call.request, version);
            switch (action) {
                case "acquire" -> acquire(call, blob, version);
                case "renew" -> {
                    String id = id(call);
                    blob.lease.renew(id, call.now);
                    call.begin(200, version).header("x-ms-lease-id", id);
                }
                case "change" -> change(call, blob, version);
                case "release" -> {
                    blob.lease.release(id(call), call.now);
                    call.begin(200, version);
                }
                case "break" -> breakLease(call, blob, version);
                default -> throw new StorageException(StorageError.INVALID_HEADER_VALUE, "x-ms-lease-action");
            }
            store.keeper().save(blob);
        }
    }

    private static void acquire(Call call, Blob blob, Version version) {
        String text = call.required(HeaderName.X_MS_LEASE_DURATION);
        int seconds = text.equals("-1") ? Lease.INFINITE : (int) Math.min(3600, call.number(HeaderName.X_MS_LEASE_DURATION));
        if (seconds != Lease.INFINITE && (seconds < 15 || seconds > 60)) {
            throw new StorageException(StorageError.INVALID_HEADER_VALUE, "x-ms-lease-duration must be 15 to 60 or -1.");
        }
        blob.checkNoCopyPending();
        String proposed = Lease.guid(call.request, HeaderName.X_MS_PROPOSED_LEASE_ID);
        String id = proposed == null ? UUID.randomUUID().toString() : proposed;
        blob.lease.acquire(id, seconds, call.now);
        call.begin(201, version).header("x-ms-lease-id", id);
    }

    private static void change(Call call, Blob blob, Version version) {
        String from = id(call);
        String to = Lease.guid(call.request, HeaderName.X_MS_PROPOSED_LEASE_ID);
        if (to == null) {
            throw new StorageException(StorageError.MISSING_REQUIRED_HEADER, "x-ms-proposed-lease-id");
        }
        blob.lease.change(from, to, call.now);
        call.begin(200, version).header("x-ms-lease-id", to);
    }

    private static void breakLease(Call call, Blob blob, Version version) {
        long period = call.number(HeaderName.X_MS_LEASE_BREAK_PERIOD);
        if (period > 60) {
            throw new StorageException(StorageError.INVALID_HEADER_VALUE, "x-ms-lease-break-period must be 0 to 60.");
        }
        int left = blob.lease.breakLease((int) period, call.now);
        call.begin(202, version).header("x-ms-lease-time", Integer.toString(left));
    }

    private static String id(Call call) {
        call.required(HeaderName.X_MS_LEASE_ID);
        return Lease.guid(call.request, HeaderName.X_MS_LEASE_ID);
    }
}
