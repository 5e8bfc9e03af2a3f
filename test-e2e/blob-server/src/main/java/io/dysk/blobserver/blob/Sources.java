package io.dysk.blobserver.blob;

import io.dysk.blobserver.auth.Access;
import io.dysk.blobserver.auth.Accounts;
import io.dysk.blobserver.auth.Permission;
import io.dysk.blobserver.http.HeaderName;
import io.dysk.blobserver.http.RequestHead;
import io.dysk.blobserver.protocol.StorageError;
import io.dysk.blobserver.protocol.StorageException;
import io.dysk.blobserver.protocol.Target;
import java.net.InetSocketAddress;
import java.net.URI;

/** Finds the blob that x-ms-copy-source names: one of this server, also of another account. */
final class Sources {
    private static final int MAX_URL = 2048;

    private final Store store;
    private final Accounts accounts;
    private final InetSocketAddress peer;

    Sources(Store store, Accounts accounts, InetSocketAddress peer) {
        this.store = store;
        this.accounts = accounts;
        this.peer = peer;
    }

    /** The version named. Refuses sources that the request may not read, or that aren't there. */
    Version find(Call call, Permission permission) {
        String text = call.required(HeaderName.X_MS_COPY_SOURCE);
        if (text.length() > MAX_URL) {
            throw new StorageException(StorageError.INVALID_HEADER_VALUE, "x-ms-copy-source is longer than " + MAX_URL + ".");
        }
        URI url;
        try {
            url = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new StorageException(StorageError.INVALID_HEADER_VALUE, "x-ms-copy-source is not a URL.");
        }
        if (url.getRawPath() == null || url.getHost() == null) {
            throw new StorageException(StorageError.INVALID_HEADER_VALUE, "x-ms-copy-source is not a URL.");
        }
        String query = url.getRawQuery() == null ? "" : url.getRawQuery();
        Target target = Target.parse(url.getHost(), url.getRawPath(), query, accounts.names());
        if (!accounts.names().contains(target.account()) || !target.isBlob()) {
            throw new StorageException(StorageError.CANNOT_VERIFY_COPY_SOURCE, "Only blobs of this server can be copied here.");
        }
        checkAccess(call, target, url.getRawPath(), permission);
        Container container = store.containers().get(target.account() + "/" + target.container());
        Blob blob = container == null ? null : store.find(container, target.blob());
        if (blob == null) {
            throw new StorageException(StorageError.CANNOT_VERIFY_COPY_SOURCE);
        }
        synchronized (blob) {
            String snapshot = target.query().get("snapshot");
            Version version = snapshot == null ? blob.current() : blob.snapshots.get(snapshot);
            if (version == null || !blob.live()) {
                throw new StorageException(StorageError.CANNOT_VERIFY_COPY_SOURCE);
            }
            if (version.type != BlobType.PAGE) {
                throw new StorageException(StorageError.INVALID_SOURCE_BLOB_TYPE);
            }
            return version;
        }
    }

    /** The account's key reads everything of the account; all else takes a SAS for the source. */
    private void checkAccess(Call call, Target target, String path, Permission permission) {
        boolean sameAccount = target.account().equals(call.target().account());
        if (sameAccount && call.request.has(HeaderName.AUTHORIZATION)) {
            return;
        }
        Access access = Access.to(target, path, accounts, peer);
        if (!access.bySas()) {
            throw new StorageException(StorageError.CANNOT_READ_COPY_SOURCE, "The source needs a SAS of its own.");
        }
        try {
            access.check(new RequestHead(), permission.bit(), call.now);
        } catch (StorageException e) {
            throw new StorageException(StorageError.CANNOT_READ_COPY_SOURCE);
        }
    }
}
