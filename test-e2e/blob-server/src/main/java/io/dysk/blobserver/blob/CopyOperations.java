package io.dysk.blobserver.blob;

import io.dysk.blobserver.auth.Permission;
import io.dysk.blobserver.http.HeaderName;
import io.dysk.blobserver.pages.Content;
import io.dysk.blobserver.protocol.Percent;
import io.dysk.blobserver.protocol.Query;
import io.dysk.blobserver.protocol.StorageError;
import io.dysk.blobserver.protocol.StorageException;
import java.util.Map;
import java.util.UUID;

/**
 * Copy Blob, within an account or from another one of this server, and Abort Copy Blob. A copy has its own content from the
 * start; it shows it at once or, if copies are held, when it is let go. A held copy fails in the end if its source changed or was
 * deleted meanwhile.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/storageservices/copy-blob">Copy Blob</a>
 */
final class CopyOperations {
    private final Store store;
    private final Sources sources;
    private final BlobLifecycle lifecycle;
    private final Tiers tiers;
    private final PendingCopies pending;

    CopyOperations(Store store, Sources sources, BlobLifecycle lifecycle, Tiers tiers, PendingCopies pending) {
        this.store = store;
        this.sources = sources;
        this.lifecycle = lifecycle;
        this.tiers = tiers;
        this.pending = pending;
    }

    /** What the source was when the copy began, and where it was. */
    private record Taken(Content content, Version version, Version source) {
        /** Why the copy can't be right any more, or empty. */
        String fault() {
            synchronized (source.blob) {
                return source.content() == null ? "404 BlobNotFound \"The source was deleted.\""
                        : source.etag() != version.etag() ? "412 ConditionNotMet \"The source was changed.\""
                        : "";
            }
        }
    }

    void copy(Call call) {
        Map<String, String> metadata = call.metadata();
        Map<String, String> tags = PropertyWrites.tags(call.request.value(HeaderName.X_MS_TAGS));
        BlobLifecycle.checkName(call.target().blob());
        Taken taken = take(call);
        String tier;
        try {
            tier = tiers.wanted(call, taken.version.size());
        } catch (StorageException e) {
            taken.content.release();
            throw e;
        }
        String source = withoutCredentials(call.request.value(HeaderName.X_MS_COPY_SOURCE));
        boolean hold = pending.holding();
        String id = UUID.randomUUID().toString();
        long size = taken.version.size();
        Copy copy = new Copy(id, source, hold ? Copy.Status.PENDING : Copy.Status.SUCCESS, hold ? 0 : size, size, "",
                hold ? 0 : call.now);
        boolean installed = false;
        try {
            lifecycle.create(call, blob -> {
                if (blob.current() != null && blob.lease.state(call.now).locked() && blob.lease.finite()) {
                    throw new StorageException(StorageError.INFINITE_LEASE_REQUIRED);
                }
                Content content = hold ? store.keeper().newContent() : taken.content;
                Version version = new Version(blob, BlobType.PAGE, content, size, call.now);
                version.sequence(taken.version.sequence());
                version.metadata(metadata == null ? taken.version.metadata() : metadata);
                version.headers(taken.version.headers());
                version.tier(tier);
                version.copy(copy);
                blob.tags(tags);
                if (hold) {
                    pending.add(id, new Held(blob, version, taken));
                }
                return version;
            }, AppliedWrite.Kind.COPY);
            installed = true;
        } finally {
            if (!installed) {
                taken.content.release();
            }
        }
        answer(call, copy);
    }

    private static void answer(Call call, Copy copy) {
        Blob blob = call.blob();
        synchronized (blob) {
            call.begin(202, blob.current())
                    .header("x-ms-copy-id", copy.id())
                    .header("x-ms-copy-status", copy.status().text());
        }
    }

    private Taken take(Call call) {
        Version source = sources.find(call, Permission.READ);
        synchronized (source.blob) {
            if (source.content() == null) {
                throw new StorageException(StorageError.CANNOT_VERIFY_COPY_SOURCE);
            }
            Conditions.checkSource(call.request, source);
            if (call.request.has(HeaderName.X_MS_SOURCE_LEASE_ID)) {
                source.blob.lease.checkNamed(call.request, HeaderName.X_MS_SOURCE_LEASE_ID, call.now);
            }
            if (source.blob.current() == source) {
                source.blob.checkNoCopyPending();
            }
            Version copy = source.snapshot();
            return new Taken(copy.content(), copy, source);
        }
    }

    /** A copy that doesn't show its content yet. */
    private final class Held implements PendingCopies.Pending {
        private final Blob blob;
        private final Version version;
        private final Taken taken;

        Held(Blob blob, Version version, Taken taken) {
            this.blob = blob;
            this.version = version;
            this.taken = taken;
        }

        @Override
        public void end(Copy.Status how) {
            String fault = how == Copy.Status.SUCCESS ? taken.fault() : how == Copy.Status.FAILED ? Copy.SERVER_FAILED : "";
            boolean well = how == Copy.Status.SUCCESS && fault.isEmpty();
            synchronized (blob) {
                Content gone = taken.content;
                if (current()) {
                    if (well) {
                        gone = version.install(taken.content);
                    } else {
                        version.resize(0);
                    }
                    show(version.copy().ended(well || how == Copy.Status.ABORTED ? how : Copy.Status.FAILED, fault, store.clock().now()));
                }
                gone.release();
            }
        }

        @Override
        public void progress(int percent) {
            synchronized (blob) {
                if (current() && version.copy().status() == Copy.Status.PENDING) {
                    show(version.copy().progressed(percent));
                }
            }
        }

        private boolean current() {
            return blob.live() && blob.current() == version;
        }

        private void show(Copy copy) {
            version.copy(copy);
            version.touch(store.nextEtag(), store.clock().now(), store.clock());
            store.keeper().save(blob);
        }
    }

    private static String withoutCredentials(String url) {
        int question = url.indexOf('?');
        if (question < 0) {
            return url;
        }
        String snapshot = Query.parse(url.substring(question + 1)).get("snapshot");
        return url.substring(0, question) + (snapshot == null ? "" : "?snapshot=" + Percent.encode(snapshot));
    }

    void abort(Call call) {
        if (!"abort".equals(call.required(HeaderName.X_MS_COPY_ACTION))) {
            throw new StorageException(StorageError.INVALID_HEADER_VALUE, "x-ms-copy-action must be abort.");
        }
        String id = call.query().get("copyid");
        if (id == null) {
            throw new StorageException(StorageError.MISSING_REQUIRED_QUERY, "copyid");
        }
        Blob blob = call.blob();
        synchronized (blob) {
            Copy copy = BlobLifecycle.current(call, blob).copy();
            if (copy == null || copy.status() != Copy.Status.PENDING) {
                throw new StorageException(StorageError.NO_PENDING_COPY);
            }
            blob.lease.checkWrite(call.request, call.now);
            if (!copy.id().equals(id)) {
                throw new StorageException(StorageError.COPY_ID_MISMATCH);
            }
            PendingCopies.Pending held = pending.remove(id);
            if (held != null) {
                held.end(Copy.Status.ABORTED);
            }
            call.begin(204);
        }
    }
}
