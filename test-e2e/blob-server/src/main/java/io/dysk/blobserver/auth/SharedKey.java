package io.dysk.blobserver.auth;

import io.dysk.blobserver.http.HeaderName;
import io.dysk.blobserver.http.RequestHead;
import io.dysk.blobserver.protocol.Query;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;

/**
 * Verifies SharedKey signatures of one account, for one thread.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key">Authorize with Shared Key</a>
 */
final class SharedKey {
    private static final HeaderName[] SIGNED = {
        HeaderName.CONTENT_ENCODING,
        HeaderName.CONTENT_LANGUAGE,
        HeaderName.CONTENT_LENGTH,
        HeaderName.CONTENT_MD5,
        HeaderName.CONTENT_TYPE,
        HeaderName.DATE,
        HeaderName.IF_MODIFIED_SINCE,
        HeaderName.IF_MATCH,
        HeaderName.IF_NONE_MATCH,
        HeaderName.IF_UNMODIFIED_SINCE,
        HeaderName.RANGE,
    };

    private final Mac mac;
    private final byte[] digest = new byte[32];
    private final byte[] text = new byte[2 * RequestHead.LIMIT];
    private final int[] order = new int[128];

    SharedKey(AccountKey key) {
        this.mac = key.mac();
    }

    /**
     * @param resource of {@link #resource}
     * @param start where the base64 of the signature starts in the head
     */
    boolean verify(RequestHead head, byte[] resource, int start, int end) {
        int length = stringToSign(head, resource);
        mac.update(text, 0, length);
        try {
            mac.doFinal(digest, 0);
        } catch (javax.crypto.ShortBufferException e) {
            throw new IllegalStateException("HMAC-SHA256 has 32 bytes", e);
        }
        byte[] sent;
        try {
            sent = Base64.getDecoder().decode(new String(head.raw(), start, end - start, StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException e) {
            return false;
        }
        return MessageDigest.isEqual(digest, sent);
    }

    /** The part of the string to sign that only the target decides. */
    static byte[] resource(String account, String path, Query query) {
        StringBuilder resource = new StringBuilder("/").append(account).append(path);
        for (Map.Entry<String, String> parameter : new TreeMap<>(query.all()).entrySet()) {
            resource.append('\n').append(parameter.getKey()).append(':').append(parameter.getValue());
        }
        return resource.toString().getBytes(StandardCharsets.UTF_8);
    }

    private int stringToSign(RequestHead head, byte[] resource) {
        byte[] raw = head.raw();
        System.arraycopy(raw, 0, text, 0, head.methodLength());
        int at = head.methodLength();
        text[at++] = '\n';
        for (HeaderName name : SIGNED) {
            if (head.has(name) && !skipped(head, name)) {
                int length = head.end(name) - head.start(name);
                System.arraycopy(raw, head.start(name), text, at, length);
                at += length;
            }
            text[at++] = '\n';
        }
        at = microsoftHeaders(head, at);
        System.arraycopy(resource, 0, text, at, resource.length);
        return at + resource.length;
    }

    private static boolean skipped(RequestHead head, HeaderName name) {
        return name == HeaderName.CONTENT_LENGTH && head.number(name) == 0
                || name == HeaderName.DATE && head.has(HeaderName.X_MS_DATE);
    }

    private int microsoftHeaders(RequestHead head, int at) {
        byte[] raw = head.raw();
        int count = 0;
        for (int i = 0; i < head.count(); i++) {
            if (isMicrosoft(raw, head.nameStart(i), head.nameEnd(i))) {
                int to = count++;
                while (to > 0 && compareNames(head, order[to - 1], i) > 0) {
                    order[to] = order[--to];
                }
                order[to] = i;
            }
        }
        for (int n = 0; n < count; n++) {
            int i = order[n];
            for (int from = head.nameStart(i); from < head.nameEnd(i); from++) {
                text[at++] = lower(raw[from]);
            }
            text[at++] = ':';
            int length = head.valueEnd(i) - head.valueStart(i);
            System.arraycopy(raw, head.valueStart(i), text, at, length);
            at += length;
            text[at++] = '\n';
        }
        return at;
    }

    private static boolean isMicrosoft(byte[] raw, int start, int end) {
        return end - start > 5
                && lower(raw[start]) == 'x'
                && raw[start + 1] == '-'
                && lower(raw[start + 2]) == 'm'
                && lower(raw[start + 3]) == 's'
                && raw[start + 4] == '-';
    }

    private static int compareNames(RequestHead head, int a, int b) {
        byte[] raw = head.raw();
        int lengthA = head.nameEnd(a) - head.nameStart(a);
        int lengthB = head.nameEnd(b) - head.nameStart(b);
        for (int i = 0; i < Math.min(lengthA, lengthB); i++) {
            int difference = lower(raw[head.nameStart(a) + i]) - lower(raw[head.nameStart(b) + i]);
            if (difference != 0) {
                return difference;
            }
        }
        return lengthA - lengthB;
    }

    private static byte lower(byte c) {
        return c >= 'A' && c <= 'Z' ? (byte) (c | 0x20) : c;
    }
}
