package io.dysk.blobserver.blob;

import io.dysk.blobserver.auth.Permission;
import io.dysk.blobserver.http.Answer;
import io.dysk.blobserver.http.HeaderName;
import io.dysk.blobserver.http.RequestHead;
import io.dysk.blobserver.pages.PageSet;
import io.dysk.blobserver.protocol.StorageError;
import io.dysk.blobserver.protocol.StorageException;
import java.nio.ByteBuffer;

/**
 * Put Page, update and clear, and Put Page From URL.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/storageservices/put-page">Put Page</a>
 */
final class PageWrites {
    /** Longest body of a Put Page. */
    static final int MAX_BODY = 4 << 20;

    private static final byte[] ENCRYPTED = Answer.line("x-ms-request-server-encrypted", "true");

    private final Sources sources;

    PageWrites(Sources sources) {
        this.sources = sources;
    }

    void putPage(Call call) {
        RequestHead request = call.request;
        if (!request.has(HeaderName.X_MS_PAGE_WRITE)) {
            throw new StorageException(StorageError.MISSING_REQUIRED_HEADER, "x-ms-page-write");
        }
        boolean update = request.is(HeaderName.X_MS_PAGE_WRITE, "update");
        if (!update && !request.is(HeaderName.X_MS_PAGE_WRITE, "clear")) {
            throw new StorageException(StorageError.INVALID_HEADER_VALUE, "x-ms-page-write must be update or clear.");
        }
        if (!call.readRange()) {
            throw new StorageException(StorageError.MISSING_REQUIRED_HEADER, "x-ms-range");
        }
        if (update) {
            Checksums.check(call);
            apply(call, call.body);
        } else if (call.body.hasRemaining() || request.has(HeaderName.CONTENT_MD5)) {
            throw new StorageException(StorageError.INVALID_HEADER_VALUE, "A clear has no body.");
        } else {
            apply(call, null);
        }
    }

    void putPageFromUrl(Call call) {
        if (!call.readRange(sourceRange(call))) {
            throw new StorageException(StorageError.MISSING_REQUIRED_HEADER, "x-ms-source-range");
        }
        long first = call.rangeStart;
        long length = call.rangeLast - first + 1;
        if (length <= 0 || length > MAX_BODY) {
            throw new StorageException(StorageError.INVALID_PAGE_RANGE);
        }
        ByteBuffer bytes = ByteBuffer.allocateDirect((int) length);
        Version source = sources.find(call, Permission.READ);
        synchronized (source.blob) {
            Conditions.checkSource(call.request, source);
            if (first + length > source.size()) {
                throw new StorageException(StorageError.INVALID_RANGE);
            }
            source.read(first, (int) length, bytes);
        }
        if (!call.readRange()) {
            throw new StorageException(StorageError.MISSING_REQUIRED_HEADER, "x-ms-range");
        }
        apply(call, bytes.flip());
    }

    private static HeaderName sourceRange(Call call) {
        call.required(HeaderName.X_MS_SOURCE_RANGE);
        return HeaderName.X_MS_SOURCE_RANGE;
    }

    /** Writes the range of the call; clears it if {@code bytes} is null. */
    private static void apply(Call call, ByteBuffer bytes) {
        if (call.place.snapshot != null) {
            throw new StorageException(StorageError.INVALID_OPERATION, "A snapshot can not be written.");
        }
        long start = call.rangeStart;
        long end = call.rangeLast + 1;
        if (((start | end) & PageSet.PAGE - 1) != 0 || end <= start || bytes != null && end - start != bytes.remaining()) {
            throw new StorageException(StorageError.INVALID_PAGE_RANGE);
        }
        Blob blob = call.blob();
        synchronized (blob) {
            Version version = writable(call, blob);
            Conditions.checkSequence(call.request, version);
            if (end > version.size()) {
                throw new StorageException(StorageError.INVALID_PAGE_RANGE, "The range ends behind the blob.");
            }
            if (bytes != null) {
                int position = bytes.position();
                version.content().write(start, bytes);
                call.log(blob, AppliedWrite.Kind.UPDATE, start, end - start, version.sequence(), bytes.position(position));
            } else {
                version.content().clear(start, end - start);
                call.log(blob, AppliedWrite.Kind.CLEAR, start, end - start, version.sequence(), null);
            }
            version.touch(call.store.nextEtag(), call.now, call.store.clock());
            blob.lease.written();
            call.begin(201, version);
            call.sequence(version);
            Checksums.answer(call);
            call.answer.raw(ENCRYPTED);
        }
    }

    /** The blob's present version if this request may write its pages. The blob's monitor is held. */
    static Version writable(Call call, Blob blob) {
        Version version = blob.current();
        if (!blob.live()) {
            throw new StorageException(StorageError.BLOB_NOT_FOUND);
        }
        if (version.type != BlobType.PAGE) {
            throw new StorageException(StorageError.INVALID_BLOB_TYPE);
        }
        blob.checkNoCopyPending();
        blob.lease.checkWrite(call.request, call.now);
        Conditions.check(call.request, version);
        return version;
    }
}
