package io.dysk.blobserver.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A request head, parsed in one pass over its bytes; values stay where they are until asked for. One
 * object serves all requests of a connection. Not thread-safe.
 */
public final class RequestHead {
    /** Longest head taken. */
    public static final int LIMIT = 32 * 1024;

    private static final int MAX_HEADERS = 128;
    private static final int FIRST_COPY = 2048;

    private byte[] bytes = new byte[FIRST_COPY];
    private int length;
    private Method method = Method.OTHER;
    private int methodEnd;
    private int targetEnd;
    private int pathEnd;
    private boolean http10;

    private final int[] nameStart = new int[MAX_HEADERS];
    private final int[] nameEnd = new int[MAX_HEADERS];
    private final int[] valueStart = new int[MAX_HEADERS];
    private final int[] valueEnd = new int[MAX_HEADERS];
    private int count;

    private long present;
    private final int[] slots = new int[64];

    /**
     * Parses the head at the position of {@code in}, which stays.
     *
     * @return its length, or 0 if it isn't whole yet
     * @throws MalformedRequest if this can't become a request head
     */
    public int parse(ByteBuffer in) throws MalformedRequest {
        int available = Math.min(in.remaining(), LIMIT);
        for (int size = Math.min(available, FIRST_COPY); ; size = available) {
            if (bytes.length < size) {
                bytes = new byte[LIMIT];
            }
            in.get(in.position(), bytes, 0, size);
            int end = parse(size);
            if (end > 0) {
                length = end;
                return end;
            }
            if (size == LIMIT) {
                throw new MalformedRequest(431, "the request head is longer than " + LIMIT + " bytes");
            }
            if (size == available) {
                return 0;
            }
        }
    }

    private int parse(int size) throws MalformedRequest {
        byte[] b = bytes;
        present = 0;
        count = 0;
        int at = parseLine(size);
        while (at > 0) {
            if (at + 1 >= size) {
                return 0;
            }
            if (b[at] == '\r') {
                if (b[at + 1] != '\n') {
                    throw new MalformedRequest(400, "a CR without LF");
                }
                return at + 2;
            }
            at = parseHeader(at, size);
        }
        return 0;
    }

    private int parseLine(int size) throws MalformedRequest {
        byte[] b = bytes;
        int at = 0;
        while (at < size && b[at] >= 'A' && b[at] <= 'Z') {
            at++;
        }
        if (at == size) {
            return incomplete(at > 16);
        }
        if (at == 0 || b[at] != ' ') {
            throw new MalformedRequest(400, "this is not a request line");
        }
        methodEnd = at;
        method = methodOf(b, at);
        int path = -1;
        int target = ++at;
        while (at < size && b[at] > ' ' && b[at] < 0x7f) {
            if (b[at] == '?' && path < 0) {
                path = at;
            }
            at++;
        }
        if (at == size) {
            return 0;
        }
        if (at == target || b[at] != ' ') {
            throw new MalformedRequest(400, "the request target has characters it can't have");
        }
        targetEnd = at;
        pathEnd = path < 0 ? at : path;
        if (at + 11 > size) {
            return 0;
        }
        boolean http = b[at + 1] == 'H' && b[at + 2] == 'T' && b[at + 3] == 'T' && b[at + 4] == 'P' && b[at + 5] == '/';
        if (!http || b[at + 7] != '.' || b[at + 9] != '\r' || b[at + 10] != '\n') {
            throw new MalformedRequest(400, "this is not a request line");
        }
        if (b[at + 6] != '1' || b[at + 8] != '0' && b[at + 8] != '1') {
            throw new MalformedRequest(505, "only HTTP/1.0 and HTTP/1.1 are spoken here");
        }
        http10 = b[at + 8] == '0';
        return at + 11;
    }

    private int parseHeader(int start, int size) throws MalformedRequest {
        byte[] b = bytes;
        int at = start;
        int hash = 0;
        byte c = 0;
        while (at < size && (c = b[at]) != ':') {
            if (c <= ' ' || c == 0x7f) {
                throw new MalformedRequest(400, "a header name has characters it can't have");
            }
            hash = HeaderName.mix(hash, c);
            at++;
        }
        if (at == size) {
            return 0;
        }
        if (at == start) {
            throw new MalformedRequest(400, "a header has no name");
        }
        int colon = at++;
        while (at < size && (b[at] == ' ' || b[at] == '\t')) {
            at++;
        }
        int value = at;
        while (at < size && ((c = b[at]) >= ' ' || c < 0 || c == '\t')) {
            at++;
        }
        if (at + 1 >= size) {
            return 0;
        }
        if (b[at] != '\r' || b[at + 1] != '\n') {
            throw new MalformedRequest(400, "a header value has characters it can't have");
        }
        int end = at;
        while (end > value && (b[end - 1] == ' ' || b[end - 1] == '\t')) {
            end--;
        }
        if (count == MAX_HEADERS) {
            throw new MalformedRequest(431, "more than " + MAX_HEADERS + " headers");
        }
        nameStart[count] = start;
        nameEnd[count] = colon;
        valueStart[count] = value;
        valueEnd[count] = end;
        HeaderName name = HeaderName.find(b, start, colon, hash);
        if (name != null) {
            note(name);
        }
        count++;
        return at + 2;
    }

    private void note(HeaderName name) throws MalformedRequest {
        long bit = 1L << name.ordinal();
        if ((present & bit) != 0) {
            throw new MalformedRequest(400, "two headers " + name.text());
        }
        present |= bit;
        slots[name.ordinal()] = count;
    }

    private static int incomplete(boolean hopeless) throws MalformedRequest {
        if (hopeless) {
            throw new MalformedRequest(400, "this is not a request line");
        }
        return 0;
    }

    private static Method methodOf(byte[] b, int length) {
        return switch (length) {
            case 3 -> b[0] == 'G' && b[1] == 'E' && b[2] == 'T'
                    ? Method.GET
                    : b[0] == 'P' && b[1] == 'U' && b[2] == 'T' ? Method.PUT : Method.OTHER;
            case 4 -> is(b, "HEAD") ? Method.HEAD : is(b, "POST") ? Method.POST : Method.OTHER;
            case 6 -> is(b, "DELETE") ? Method.DELETE : Method.OTHER;
            case 7 -> is(b, "OPTIONS") ? Method.OPTIONS : Method.OTHER;
            default -> Method.OTHER;
        };
    }

    private static boolean is(byte[] b, String method) {
        for (int i = 0; i < method.length(); i++) {
            if (b[i] != method.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    public Method method() {
        return method;
    }

    /** The method as it was sent. */
    public String methodText() {
        return text(0, methodEnd);
    }

    public boolean http10() {
        return http10;
    }

    /** Path and query, as sent. */
    public String target() {
        return text(targetStart(), targetEnd);
    }

    /** The path as sent, still percent-encoded. */
    public String path() {
        return text(targetStart(), pathEnd);
    }

    /** The query as sent, without the question mark; empty if there is none. */
    public String query() {
        return pathEnd == targetEnd ? "" : text(pathEnd + 1, targetEnd);
    }

    /** Whether path, query and host are byte for byte these. */
    public boolean targetIs(byte[] target, byte[] host) {
        return Arrays.equals(bytes, targetStart(), targetEnd, target, 0, target.length)
                && (has(HeaderName.HOST)
                        ? Arrays.equals(bytes, start(HeaderName.HOST), end(HeaderName.HOST), host, 0, host.length)
                        : host.length == 0);
    }

    public byte[] targetBytes() {
        return Arrays.copyOfRange(bytes, targetStart(), targetEnd);
    }

    /** Whether the path starts with these bytes. */
    public boolean pathStartsWith(byte[] prefix) {
        int start = targetStart();
        return pathEnd - start >= prefix.length
                && Arrays.equals(bytes, start, start + prefix.length, prefix, 0, prefix.length);
    }

    public boolean has(HeaderName name) {
        return (present & 1L << name.ordinal()) != 0;
    }

    /** The value, or null if the header is absent. */
    public String value(HeaderName name) {
        return has(name) ? text(start(name), end(name)) : null;
    }

    /** The value as bytes; empty if the header is absent. */
    public byte[] valueBytes(HeaderName name) {
        return has(name) ? Arrays.copyOfRange(bytes, start(name), end(name)) : new byte[0];
    }

    /** Where the value starts in {@link #raw}; only for a header that is there. */
    public int start(HeaderName name) {
        return valueStart[slots[name.ordinal()]];
    }

    /** Where the value ends in {@link #raw}; only for a header that is there. */
    public int end(HeaderName name) {
        return valueEnd[slots[name.ordinal()]];
    }

    /** The bytes that the offsets refer to; not to be changed. */
    public byte[] raw() {
        return bytes;
    }

    /** Length of the head with its empty line. */
    public int length() {
        return length;
    }

    /** How many headers there are, known or not. */
    public int count() {
        return count;
    }

    public int nameStart(int index) {
        return nameStart[index];
    }

    public int nameEnd(int index) {
        return nameEnd[index];
    }

    public int valueStart(int index) {
        return valueStart[index];
    }

    public int valueEnd(int index) {
        return valueEnd[index];
    }

    public int methodLength() {
        return methodEnd;
    }

    public int targetStart() {
        return methodEnd + 1;
    }

    public int pathEnd() {
        return pathEnd;
    }

    /** The value as a number that isn't negative, or -1 if it is none that fits. Only for a header that is there. */
    public long number(HeaderName name) {
        return Digits.parse(bytes, start(name), end(name));
    }

    /** Whether the value is this, in any case of letters. */
    public boolean is(HeaderName name, String lowerCase) {
        if (!has(name) || end(name) - start(name) != lowerCase.length()) {
            return false;
        }
        int start = start(name);
        for (int i = 0; i < lowerCase.length(); i++) {
            byte c = bytes[start + i];
            if ((c >= 'A' && c <= 'Z' ? c | 0x20 : c) != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private String text(int start, int end) {
        return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
    }
}
