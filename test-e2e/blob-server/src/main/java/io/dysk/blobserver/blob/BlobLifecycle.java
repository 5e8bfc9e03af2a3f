package io.dysk.blobserver.blob;

import io.dysk.blobserver.auth.Permission;
import io.dysk.blobserver.http.HeaderName;
import io.dysk.blobserver.http.RequestHead;
import io.dysk.blobserver.pages.Content;
import io.dysk.blobserver.pages.PageSet;
import io.dysk.blobserver.protocol.StorageError;
import io.dysk.blobserver.protocol.StorageException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Put Blob, Snapshot Blob, Delete Blob.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/storageservices/put-blob">Put Blob</a>
 */
final class BlobLifecycle {
    /** Largest page blob. */
    static final long MAX_SIZE = 8L << 40;

    private static final int MAX_NAME = 1024;

    private final Store store;
    private final Tiers tiers;

    BlobLifecycle(Store store, Tiers tiers) {
        this.store = store;
        this.tiers = tiers;
    }

    void putBlob(Call call) {
        String typeText = call.required(HeaderName.X_MS_BLOB_TYPE);
        boolean page = typeText.equals("PageBlob");
        if (!page && !typeText.equals("BlockBlob")) {
            throw new StorageException(StorageError.INVALID_HEADER_VALUE, "Only page blobs and small block blobs are known here.");
        }
        BlobType type = page ? BlobType.PAGE : BlobType.BLOCK;
        if (page && call.body.hasRemaining()) {
            throw new StorageException(StorageError.INVALID_HEADER_VALUE, "A page blob is created without a body.");
        }
        if (page) {
            call.required(HeaderName.X_MS_BLOB_CONTENT_LENGTH);
        }
        long size = page ? size(call) : call.body.remaining();
        long sequence = Math.max(0, call.number(HeaderName.X_MS_BLOB_SEQUENCE_NUMBER));
        Map<String, String> metadata = call.metadata();
        Map<String, String> headers = PropertyWrites.contentHeaders(call, HeaderName.CONTENT_TYPE);
        String tier = tiers.wanted(call, size);
        Map<String, String> tags = PropertyWrites.tags(call.request.value(HeaderName.X_MS_TAGS));
        checkName(call.target().blob());
        Checksums.check(call);
        create(call, blob -> {
            Version version = new Version(blob, type, store.keeper().newContent(), size, call.now);
            version.sequence(sequence);
            version.metadata(metadata == null ? Map.of() : metadata);
            version.headers(headers);
            version.tier(tier);
            fill(version.content(), call.body);
            blob.tags(tags);
            return version;
        }, AppliedWrite.Kind.CREATE);
    }

    /** Makes the new version of a blob; its monitor is held. */
    @FunctionalInterface
    interface Maker {
        Version make(Blob blob);
    }

    /** Puts a new version at the place of the call, under all conditions of the request, and begins a 201. */
    void create(Call call, Maker maker, AppliedWrite.Kind kind) {
        Container container = store.container(call.target().account(), call.target().container());
        synchronized (container) {
            if (!container.live()) {
                throw new StorageException(StorageError.CONTAINER_NOT_FOUND);
            }
            Blob known = store.find(container, call.target().blob());
            Blob blob = known != null ? known : new Blob(container, call.target().blob(), store.keeper().newBlobId());
            synchronized (blob) {
                if (known == null) {
                    checkNew(call, blob);
                } else {
                    checkOverwrite(call, blob);
                }
                Version version = maker.make(blob);
                Version before = blob.replace(version);
                version.touch(store.nextEtag(), call.now, store.clock());
                blob.lease.written();
                store.keeper().save(blob);
                if (before != null) {
                    before.release();
                }
                container.blobs.put(blob.name, blob);
                call.log(blob, kind, 0, version.size(), version.sequence(), null);
                call.begin(201, version).header("x-ms-request-server-encrypted", "true");
            }
        }
    }

    private static void checkNew(Call call, Blob blob) {
        Conditions.checkAbsent(call.request);
        blob.lease.checkRead(call.request, call.now);
    }

    private static void checkOverwrite(Call call, Blob blob) {
        RequestHead request = call.request;
        if (request.is(HeaderName.IF_NONE_MATCH, "*")) {
            throw new StorageException(StorageError.BLOB_ALREADY_EXISTS);
        }
        call.place.access.checkGrant(request, Permission.WRITE.bit());
        blob.checkNoCopyPending();
        blob.lease.checkWrite(request, call.now);
        Conditions.check(request, blob.current());
    }

    void snapshot(Call call) {
        Map<String, String> metadata = call.metadata();
        Blob blob = call.blob();
        synchronized (blob) {
            Version base = current(call, blob);
            blob.checkNoCopyPending();
            blob.lease.checkRead(call.request, call.now);
            Conditions.check(call.request, base);
            store.snapshotLimit().check(blob);
            String name = store.nextSnapshot();
            Version snapshot = base.snapshot();
            if (metadata != null) {
                snapshot.metadata(metadata);
                snapshot.touch(store.nextEtag(), call.now, store.clock());
            }
            blob.snapshots.put(name, snapshot);
            store.keeper().save(blob);
            // After the record names the snapshot, since that has the changes up to now.
            base.content().restartChanges(base.size());
            call.log(blob, AppliedWrite.Kind.SNAPSHOT, 0, base.size(), base.sequence(), null);
            call.begin(201, snapshot).header("x-ms-snapshot", name);
        }
    }

    void delete(Call call) {
        Container container = store.container(call.target().account(), call.target().container());
        String which = call.request.value(HeaderName.X_MS_DELETE_SNAPSHOTS);
        if (which != null && !which.equals("include") && !which.equals("only")) {
            throw new StorageException(StorageError.INVALID_HEADER_VALUE, "x-ms-delete-snapshots must be include or only.");
        }
        synchronized (container) {
            Blob blob = store.blob(call.target().account(), call.target().container(), call.target().blob());
            synchronized (blob) {
                if (call.place.snapshot != null) {
                    deleteSnapshot(call, blob, which);
                } else {
                    deleteBase(call, blob, which);
                }
            }
        }
        call.begin(202).header("x-ms-delete-type-permanent", "true");
    }

    private void deleteSnapshot(Call call, Blob blob, String which) {
        if (which != null) {
            throw new StorageException(StorageError.INVALID_QUERY_PARAMETER, "x-ms-delete-snapshots is for whole blobs.");
        }
        Version version = blob.version(call.place.snapshot);
        Conditions.check(call.request, version);
        dropSnapshots(blob, List.of(call.place.snapshot));
    }

    private void deleteBase(Call call, Blob blob, String which) {
        blob.checkNoCopyPending();
        blob.lease.checkWrite(call.request, call.now);
        Conditions.check(call.request, blob.current());
        if (which == null && !blob.snapshots.isEmpty()) {
            throw new StorageException(StorageError.SNAPSHOTS_PRESENT);
        }
        if ("only".equals(which)) {
            dropSnapshots(blob, List.copyOf(blob.snapshots.keySet()));
            return;
        }
        Version base = blob.current();
        call.log(blob, AppliedWrite.Kind.DELETE, 0, base.size(), base.sequence(), null);
        destroy(blob);
    }

    /** Removes a blob and its snapshots. The monitors of its container and its own are held. */
    void destroy(Blob blob) {
        blob.die();
        blob.container.blobs.remove(blob.name);
        store.keeper().forget(blob);
        blob.current().release();
        blob.snapshots.values().forEach(Version::release);
        blob.snapshots.clear();
    }

    private void dropSnapshots(Blob blob, List<String> names) {
        List<Version> dropped = new ArrayList<>();
        for (String name : names) {
            Version snapshot = blob.snapshots.remove(name);
            // What changed up to the snapshot changed up to the next one as well.
            Map.Entry<String, Version> next = blob.snapshots.higherEntry(name);
            Version heir = next == null ? blob.current() : next.getValue();
            if (heir.generation() == snapshot.generation()) {
                heir.content().inheritChanges(snapshot.content());
            }
            dropped.add(snapshot);
        }
        store.keeper().save(blob);
        dropped.forEach(Version::release);
    }

    static Version current(Call call, Blob blob) {
        if (!blob.live()) {
            throw new StorageException(StorageError.BLOB_NOT_FOUND);
        }
        if (call.place.snapshot != null) {
            throw new StorageException(StorageError.INVALID_OPERATION, "This can not be done to a snapshot.");
        }
        return blob.current();
    }

    /** The size that the request asks for; refuses what a page blob can't have. */
    static long size(Call call) {
        long size = call.number(HeaderName.X_MS_BLOB_CONTENT_LENGTH);
        if (size % PageSet.PAGE != 0 || size > MAX_SIZE) {
            throw new StorageException(
                    StorageError.INVALID_HEADER_VALUE,
                    "x-ms-blob-content-length must be a multiple of 512, and 8 TiB at most.");
        }
        return size;
    }

    static void checkName(String name) {
        if (name.length() > MAX_NAME || name.endsWith("/.") || name.endsWith("/..")) {
            throw new StorageException(StorageError.INVALID_RESOURCE_NAME);
        }
    }

    private static void fill(Content content, ByteBuffer bytes) {
        if (bytes.hasRemaining()) {
            int whole = (bytes.remaining() + PageSet.PAGE - 1) / PageSet.PAGE * PageSet.PAGE;
            content.write(0, ByteBuffer.allocateDirect(whole).put(bytes).clear());
        }
    }
}
