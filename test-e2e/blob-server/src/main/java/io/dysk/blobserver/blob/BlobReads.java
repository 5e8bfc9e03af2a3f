package io.dysk.blobserver.blob;

import io.dysk.blobserver.http.Answer;
import io.dysk.blobserver.http.HeaderName;
import io.dysk.blobserver.protocol.StorageError;
import io.dysk.blobserver.protocol.StorageException;
import java.nio.ByteBuffer;

/**
 * Get Blob, Get Blob Properties, Get Blob Metadata.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/storageservices/get-blob">Get Blob</a>
 */
final class BlobReads {
    private static final int MAX_CHECKSUM = 4 << 20;
    private static final byte[][] LEASE_LINES = {
        lease("unlocked", "available", ""),
        lease("locked", "leased", "infinite"),
        lease("locked", "leased", "fixed"),
        lease("unlocked", "expired", ""),
        lease("locked", "breaking", ""),
        lease("unlocked", "broken", ""),
    };

    private final Tiers tiers;

    BlobReads(Tiers tiers) {
        this.tiers = tiers;
    }

    void getBlob(Call call) {
        boolean ranged = call.readRange();
        Blob blob = call.blob();
        synchronized (blob) {
            Version version = readable(call, blob);
            if (version == null) {
                return;
            }
            long start = ranged ? call.rangeStart : 0;
            long size = version.size();
            if (ranged && start >= size) {
                throw new StorageException(StorageError.INVALID_RANGE);
            }
            long length = (ranged ? Math.min(call.rangeLast, size - 1) + 1 : size) - start;
            call.begin(ranged ? 206 : 200, version);
            describe(call, blob, version);
            if (ranged) {
                call.answer.contentRange(start, start + length - 1, size);
                checksum(call, version, start, length);
            }
            call.answer.body(version, start, length);
        }
    }

    void getProperties(Call call) {
        Blob blob = call.blob();
        synchronized (blob) {
            Version version = readable(call, blob);
            if (version != null) {
                call.begin(200, version);
                describe(call, blob, version);
                call.answer.body(version, 0, version.size());
            }
        }
    }

    void getMetadata(Call call) {
        Blob blob = call.blob();
        synchronized (blob) {
            Version version = readable(call, blob);
            if (version != null) {
                call.begin(200, version);
                version.metadata().forEach((name, value) -> call.answer.header("x-ms-meta-" + name, value));
            }
        }
    }

    /** The version to read, after all checks; null if the answer is "not modified" and was given. */
    static Version readable(Call call, Blob blob) {
        Version version = blob.version(call.place.snapshot);
        if (!blob.live()) {
            throw new StorageException(StorageError.BLOB_NOT_FOUND);
        }
        blob.lease.checkRead(call.request, call.now);
        if (!Conditions.checkRead(call.request, version)) {
            call.begin(304, version);
            return null;
        }
        return version;
    }

    private void describe(Call call, Blob blob, Version version) {
        call.answer.raw(version.lines());
        tiers.tell(call, version);
        if (version.type == BlobType.PAGE) {
            call.sequence(version);
        }
        if (call.place.snapshot == null) {
            call.answer.raw(leaseLines(blob.lease, call.now));
            if (!blob.tags().isEmpty()) {
                call.answer.header("x-ms-tag-count", Integer.toString(blob.tags().size()));
            }
        }
    }

    private static void checksum(Call call, Version version, long start, long length) {
        boolean md5 = call.request.is(HeaderName.X_MS_RANGE_GET_CONTENT_MD5, "true");
        boolean crc = call.request.is(HeaderName.X_MS_RANGE_GET_CONTENT_CRC64, "true");
        if (!md5 && !crc) {
            return;
        }
        if (md5 && crc || length > MAX_CHECKSUM) {
            throw new StorageException(StorageError.INVALID_HEADER_VALUE, "One checksum, and of 4 MiB at most.");
        }
        ByteBuffer bytes = ByteBuffer.allocateDirect((int) length);
        version.read(start, (int) length, bytes);
        bytes.flip();
        call.answer.header(
                md5 ? "Content-MD5" : "x-ms-content-crc64",
                Checksums.base64(md5 ? Checksums.md5(bytes) : Crc64.of(bytes)));
    }

    private static byte[] leaseLines(Lease lease, long now) {
        return switch (lease.state(now)) {
            case AVAILABLE -> LEASE_LINES[0];
            case LEASED -> lease.finite() ? LEASE_LINES[2] : LEASE_LINES[1];
            case EXPIRED -> LEASE_LINES[3];
            case BREAKING -> LEASE_LINES[4];
            case BROKEN -> LEASE_LINES[5];
        };
    }

    private static byte[] lease(String status, String state, String duration) {
        byte[] lines = Answer.line("x-ms-lease-status", status + "\r\nx-ms-lease-state: " + state);
        return duration.isEmpty()
                ? lines
                : Answer.line("x-ms-lease-status", status + "\r\nx-ms-lease-state: " + state + "\r\nx-ms-lease-duration: " + duration);
    }
}
