package io.dysk.blobserver.blob;

import io.dysk.blobserver.http.HeaderName;
import io.dysk.blobserver.http.RequestHead;
import io.dysk.blobserver.http.ServerClock;
import io.dysk.blobserver.protocol.StorageError;
import io.dysk.blobserver.protocol.StorageException;

/**
 * The conditions that a request puts on a blob.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/storageservices/specifying-conditional-headers-for-blob-service-operations">Conditional headers</a>
 */
final class Conditions {
    private Conditions() {}

    /** Refuses a write whose conditions don't hold. */
    static void check(RequestHead request, Version version) {
        if (!matches(request, version) || !isNew(request, version, HeaderName.IF_NONE_MATCH, HeaderName.IF_MODIFIED_SINCE)) {
            throw new StorageException(StorageError.CONDITION_NOT_MET);
        }
    }

    /** Refuses a read whose match conditions don't hold; false means "not modified". */
    static boolean checkRead(RequestHead request, Version version) {
        if (!matches(request, version)) {
            throw new StorageException(StorageError.CONDITION_NOT_MET);
        }
        return isNew(request, version, HeaderName.IF_NONE_MATCH, HeaderName.IF_MODIFIED_SINCE);
    }

    /** Refuses a copy whose conditions on the source don't hold. */
    static void checkSource(RequestHead request, Version source) {
        boolean holds = holds(request, source, HeaderName.X_MS_SOURCE_IF_MATCH, HeaderName.X_MS_SOURCE_IF_UNMODIFIED_SINCE)
                && isNew(request, source, HeaderName.X_MS_SOURCE_IF_NONE_MATCH, HeaderName.X_MS_SOURCE_IF_MODIFIED_SINCE);
        if (!holds) {
            throw new StorageException(StorageError.SOURCE_CONDITION_NOT_MET);
        }
    }

    /** Refuses a write of pages whose sequence number conditions don't hold. */
    static void checkSequence(RequestHead request, Version version) {
        long sequence = version.sequence();
        if (request.has(HeaderName.X_MS_IF_SEQUENCE_NUMBER_EQ)
                && sequence != number(request, HeaderName.X_MS_IF_SEQUENCE_NUMBER_EQ)) {
            throw new StorageException(StorageError.SEQUENCE_NUMBER_CONDITION);
        }
        if (request.has(HeaderName.X_MS_IF_SEQUENCE_NUMBER_LE)
                && sequence > number(request, HeaderName.X_MS_IF_SEQUENCE_NUMBER_LE)) {
            throw new StorageException(StorageError.SEQUENCE_NUMBER_CONDITION);
        }
        if (request.has(HeaderName.X_MS_IF_SEQUENCE_NUMBER_LT)
                && sequence >= number(request, HeaderName.X_MS_IF_SEQUENCE_NUMBER_LT)) {
            throw new StorageException(StorageError.SEQUENCE_NUMBER_CONDITION);
        }
    }

    /** What creating a blob asks for where there is none: an etag that it doesn't have. */
    static void checkAbsent(RequestHead request) {
        if (request.has(HeaderName.IF_MATCH)) {
            throw new StorageException(StorageError.CONDITION_NOT_MET);
        }
    }

    private static long number(RequestHead request, HeaderName name) {
        long value = request.number(name);
        if (value < 0) {
            throw new StorageException(StorageError.INVALID_HEADER_VALUE, name.text());
        }
        return value;
    }

    private static boolean matches(RequestHead request, Version version) {
        if (request.has(HeaderName.X_MS_IF_TAGS)) {
            throw new StorageException(StorageError.NOT_IMPLEMENTED, "Conditions on tags are not known here.");
        }
        return holds(request, version, HeaderName.IF_MATCH, HeaderName.IF_UNMODIFIED_SINCE);
    }

    private static boolean holds(RequestHead request, Version version, HeaderName match, HeaderName unmodified) {
        return (!request.has(match) || isEtag(request, match, version.etag()))
                && (!request.has(unmodified) || seconds(version) <= date(request, unmodified));
    }

    private static boolean isNew(RequestHead request, Version version, HeaderName noMatch, HeaderName modified) {
        if (request.has(noMatch)) {
            return !isEtag(request, noMatch, version.etag());
        }
        return !request.has(modified) || seconds(version) > date(request, modified);
    }

    private static long seconds(Version version) {
        return version.modified() / 1000 * 1000;
    }

    private static long date(RequestHead request, HeaderName name) {
        long time = ServerClock.parse(request.value(name));
        if (time < 0) {
            throw new StorageException(StorageError.INVALID_HEADER_VALUE, name.text());
        }
        return time;
    }

    /** Whether the header is "*" or the etag, with quotes or without. */
    private static boolean isEtag(RequestHead request, HeaderName name, long etag) {
        byte[] raw = request.raw();
        int start = request.start(name);
        int end = request.end(name);
        if (end - start == 1 && raw[start] == '*') {
            return true;
        }
        if (end - start >= 2 && raw[start] == '"' && raw[end - 1] == '"') {
            start++;
            end--;
        }
        if (end - start != 18 || raw[start] != '0' || raw[start + 1] != 'x') {
            return false;
        }
        long value = 0;
        for (int i = start + 2; i < end; i++) {
            int digit = Character.digit(raw[i], 16);
            if (digit < 0) {
                return false;
            }
            value = value << 4 | digit;
        }
        return value == etag;
    }
}
