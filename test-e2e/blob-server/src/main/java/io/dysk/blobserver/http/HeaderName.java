package io.dysk.blobserver.http;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The request headers that mean something here. At most 64, since a head keeps them as bits. */
public enum HeaderName {
    HOST,
    CONTENT_LENGTH,
    TRANSFER_ENCODING,
    CONNECTION,
    EXPECT,
    AUTHORIZATION,
    DATE,
    RANGE,
    CONTENT_TYPE,
    CONTENT_ENCODING,
    CONTENT_LANGUAGE,
    CONTENT_MD5,
    CACHE_CONTROL,
    IF_MATCH,
    IF_NONE_MATCH,
    IF_MODIFIED_SINCE,
    IF_UNMODIFIED_SINCE,
    X_MS_DATE,
    X_MS_VERSION,
    X_MS_CLIENT_REQUEST_ID,
    X_MS_RANGE,
    X_MS_PAGE_WRITE,
    X_MS_LEASE_ID,
    X_MS_IF_SEQUENCE_NUMBER_EQ,
    X_MS_IF_SEQUENCE_NUMBER_LE,
    X_MS_IF_SEQUENCE_NUMBER_LT,
    X_MS_IF_TAGS,
    X_MS_RANGE_GET_CONTENT_MD5,
    X_MS_RANGE_GET_CONTENT_CRC64,
    X_MS_CONTENT_CRC64,
    X_MS_BLOB_TYPE,
    X_MS_BLOB_CONTENT_LENGTH,
    X_MS_BLOB_SEQUENCE_NUMBER,
    X_MS_SEQUENCE_NUMBER_ACTION,
    X_MS_BLOB_CONTENT_TYPE,
    X_MS_BLOB_CONTENT_ENCODING,
    X_MS_BLOB_CONTENT_LANGUAGE,
    X_MS_BLOB_CONTENT_MD5,
    X_MS_BLOB_CONTENT_DISPOSITION,
    X_MS_BLOB_CACHE_CONTROL,
    X_MS_ACCESS_TIER,
    X_MS_TAGS,
    X_MS_LEASE_ACTION,
    X_MS_LEASE_DURATION,
    X_MS_LEASE_BREAK_PERIOD,
    X_MS_PROPOSED_LEASE_ID,
    X_MS_DELETE_SNAPSHOTS,
    X_MS_COPY_SOURCE,
    X_MS_COPY_ACTION,
    X_MS_SOURCE_RANGE,
    X_MS_SOURCE_LEASE_ID,
    X_MS_SOURCE_IF_MATCH,
    X_MS_SOURCE_IF_NONE_MATCH,
    X_MS_SOURCE_IF_MODIFIED_SINCE,
    X_MS_SOURCE_IF_UNMODIFIED_SINCE;

    private static final int TABLE = 1024;
    private static final HeaderName[] BY_HASH = new HeaderName[TABLE];

    static {
        if (values().length > 64) {
            throw new IllegalStateException("more header names than bits");
        }
        for (HeaderName name : values()) {
            int at = slot(name.hash);
            while (BY_HASH[at] != null) {
                at = at + 1 & TABLE - 1;
            }
            BY_HASH[at] = name;
        }
    }

    private final byte[] text = name().toLowerCase(Locale.ROOT).replace('_', '-').getBytes(StandardCharsets.US_ASCII);
    private final int hash = hashOf(text);

    /** The name in lower case. */
    public String text() {
        return new String(text, StandardCharsets.US_ASCII);
    }

    /** The name at [start, end) whose {@link #mix} over all its bytes is {@code hash}, or null if it is none of ours. */
    static HeaderName find(byte[] bytes, int start, int end, int hash) {
        for (int at = slot(hash); BY_HASH[at] != null; at = at + 1 & TABLE - 1) {
            HeaderName name = BY_HASH[at];
            if (name.hash == hash && name.matches(bytes, start, end)) {
                return name;
            }
        }
        return null;
    }

    /** One step of the hash; it ignores the case of letters. */
    static int mix(int hash, byte b) {
        return hash * 31 + (b | 0x20);
    }

    private boolean matches(byte[] bytes, int start, int end) {
        if (end - start != text.length) {
            return false;
        }
        for (int i = 0; i < text.length; i++) {
            if ((bytes[start + i] | 0x20) != text[i]) {
                return false;
            }
        }
        return true;
    }

    private static int hashOf(byte[] text) {
        int hash = 0;
        for (byte b : text) {
            hash = mix(hash, b);
        }
        return hash;
    }

    private static int slot(int hash) {
        return (hash ^ hash >>> 15) & TABLE - 1;
    }
}
