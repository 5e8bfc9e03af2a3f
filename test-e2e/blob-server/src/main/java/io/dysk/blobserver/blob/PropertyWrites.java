package io.dysk.blobserver.blob;

import io.dysk.blobserver.http.HeaderName;
import io.dysk.blobserver.protocol.Query;
import io.dysk.blobserver.protocol.StorageError;
import io.dysk.blobserver.protocol.StorageException;
import io.dysk.blobserver.protocol.Xml;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Set Blob Properties (size, sequence number, content headers), Set Blob Metadata, Set Blob Tier,
 * Get and Set Blob Tags.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/storageservices/set-blob-properties">Set Blob Properties</a>
 */
final class PropertyWrites {
    private static final Pattern TAG = Pattern.compile("<Tag>\\s*<Key>([^<]*)</Key>\\s*(?:<Value>([^<]*)</Value>|<Value\\s*/>)\\s*</Tag>");
    private static final int MAX_TAGS = 10;
    private static final int MAX_VALUE = 1024;

    private final Store store;
    private final Tiers tiers;

    PropertyWrites(Store store, Tiers tiers) {
        this.store = store;
        this.tiers = tiers;
    }

    void setProperties(Call call) {
        boolean resized = call.request.has(HeaderName.X_MS_BLOB_CONTENT_LENGTH);
        long size = resized ? BlobLifecycle.size(call) : 0;
        Map<String, String> headers = contentHeaders(call, null);
        Blob blob = call.blob();
        synchronized (blob) {
            Version version = changeable(call, blob);
            if (version.type != BlobType.PAGE && (resized || call.request.has(HeaderName.X_MS_SEQUENCE_NUMBER_ACTION))) {
                throw new StorageException(StorageError.INVALID_BLOB_TYPE);
            }
            long sequence = nextSequence(call, version.sequence());
            if (resized) {
                version.resize(size);
                call.log(blob, AppliedWrite.Kind.RESIZE, 0, size, sequence, null);
            }
            if (sequence != version.sequence()) {
                version.sequence(sequence);
                call.log(blob, AppliedWrite.Kind.SEQUENCE, 0, 0, sequence, null);
            }
            if (!headers.isEmpty()) {
                version.headers(headers);
            }
            changed(call, blob, version);
            call.begin(200, version);
            if (version.type == BlobType.PAGE) {
                call.sequence(version);
            }
        }
    }

    /** The sequence number after the action that the request asks for. */
    private static long nextSequence(Call call, long now) {
        String action = call.request.value(HeaderName.X_MS_SEQUENCE_NUMBER_ACTION);
        long given = call.number(HeaderName.X_MS_BLOB_SEQUENCE_NUMBER);
        if (action == null) {
            if (given >= 0) {
                throw new StorageException(StorageError.MISSING_REQUIRED_HEADER, "x-ms-sequence-number-action");
            }
            return now;
        }
        switch (action) {
            case "increment" -> {
                if (given >= 0) {
                    throw new StorageException(StorageError.INVALID_HEADER_VALUE, "An increment comes without a number.");
                }
                if (now == Long.MAX_VALUE) {
                    throw new StorageException(StorageError.SEQUENCE_NUMBER_TOO_LARGE);
                }
                return now + 1;
            }
            case "max", "update" -> {
                if (given < 0) {
                    throw new StorageException(StorageError.MISSING_REQUIRED_HEADER, "x-ms-blob-sequence-number");
                }
                return action.equals("max") ? Math.max(now, given) : given;
            }
            default -> throw new StorageException(
                    StorageError.INVALID_HEADER_VALUE, "x-ms-sequence-number-action must be max, update or increment.");
        }
    }

    void setMetadata(Call call) {
        Map<String, String> metadata = call.metadata();
        Blob blob = call.blob();
        synchronized (blob) {
            Version version = changeable(call, blob);
            version.metadata(metadata == null ? Map.of() : metadata);
            changed(call, blob, version);
            call.begin(200, version).header("x-ms-request-server-encrypted", "true");
        }
    }

    void setTier(Call call) {
        call.required(HeaderName.X_MS_ACCESS_TIER);
        Blob blob = call.blob();
        synchronized (blob) {
            Version version = BlobLifecycle.current(call, blob);
            blob.lease.checkRead(call.request, call.now);
            if (version.type != BlobType.PAGE) {
                throw new StorageException(StorageError.INVALID_BLOB_TYPE);
            }
            blob.checkNoCopyPending();
            version.tier(tiers.changed(call, version));
            store.keeper().save(blob);
            call.begin(200);
        }
    }

    void getTags(Call call) {
        Blob blob = call.blob();
        synchronized (blob) {
            BlobReads.readable(call, blob);
            Xml xml = new Xml().open("Tags").open("TagSet");
            blob.tags().forEach((name, value) -> xml.open("Tag").element("Key", name).element("Value", value).close());
            call.begin(200);
            call.xml(xml.bytes());
        }
    }

    void setTags(Call call) {
        byte[] bytes = new byte[call.body.remaining()];
        call.body.get(bytes);
        Map<String, String> tags = parseTags(new String(bytes, StandardCharsets.UTF_8));
        Blob blob = call.blob();
        synchronized (blob) {
            BlobLifecycle.current(call, blob);
            blob.lease.checkWrite(call.request, call.now);
            blob.tags(tags);
            store.keeper().save(blob);
            call.begin(204);
        }
    }

    private static Map<String, String> parseTags(String document) {
        if (!document.contains("<TagSet")) {
            throw new StorageException(StorageError.INVALID_XML);
        }
        Map<String, String> tags = new TreeMap<>();
        for (Matcher tag = TAG.matcher(document); tag.find(); ) {
            tags.put(unescape(tag.group(1)), tag.group(2) == null ? "" : unescape(tag.group(2)));
        }
        return checkTags(tags);
    }

    private static String unescape(String text) {
        return text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    }

    /** The tags of an x-ms-tags header; none for null. */
    static Map<String, String> tags(String header) {
        return header == null ? Map.of() : checkTags(new TreeMap<>(Query.parse(header.replace("+", "%20")).all()));
    }

    private static Map<String, String> checkTags(Map<String, String> tags) {
        if (tags.size() > MAX_TAGS) {
            throw new StorageException(StorageError.INVALID_TAG, "A blob has at most 10 tags.");
        }
        return tags;
    }

    /**
     * The content headers that the request sets.
     *
     * @param fallback a header to take the type from if x-ms-blob-content-type is absent, or null
     */
    static Map<String, String> contentHeaders(Call call, HeaderName fallback) {
        Map<String, String> headers = new HashMap<>();
        put(headers, "Content-Type", call.request.value(HeaderName.X_MS_BLOB_CONTENT_TYPE));
        put(headers, "Content-Encoding", call.request.value(HeaderName.X_MS_BLOB_CONTENT_ENCODING));
        put(headers, "Content-Language", call.request.value(HeaderName.X_MS_BLOB_CONTENT_LANGUAGE));
        put(headers, "Content-MD5", call.request.value(HeaderName.X_MS_BLOB_CONTENT_MD5));
        put(headers, "Content-Disposition", call.request.value(HeaderName.X_MS_BLOB_CONTENT_DISPOSITION));
        put(headers, "Cache-Control", call.request.value(HeaderName.X_MS_BLOB_CACHE_CONTROL));
        if (fallback != null && !headers.containsKey("Content-Type")) {
            put(headers, "Content-Type", call.request.value(fallback));
        }
        return headers;
    }

    private static void put(Map<String, String> headers, String name, String value) {
        if (value != null && value.length() > MAX_VALUE) {
            throw new StorageException(StorageError.INVALID_HEADER_VALUE, name + " is longer than " + MAX_VALUE + ".");
        }
        if (value != null && !value.isEmpty()) {
            headers.put(name, value);
        }
    }

    private static Version changeable(Call call, Blob blob) {
        Version version = BlobLifecycle.current(call, blob);
        blob.checkNoCopyPending();
        blob.lease.checkWrite(call.request, call.now);
        Conditions.check(call.request, version);
        return version;
    }

    private void changed(Call call, Blob blob, Version version) {
        version.touch(store.nextEtag(), call.now, store.clock());
        blob.lease.written();
        store.keeper().save(blob);
    }
}
