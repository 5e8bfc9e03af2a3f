package io.dysk.blobserver.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The answer to one request, built in buffers that the connection keeps. The body lies in front of
 * the wire at a fixed place and the head is put right before it, so both leave in one write. Not
 * thread-safe.
 */
public final class Answer {
    /** Bodies up to this are taken whole when they are set; longer ones are read while they are sent. */
    public static final int WHOLE_BODY = 1 << 20;

    private static final int HEAD_ROOM = 32 * 1024;
    private static final int FIRST_BODY = 32 * 1024;
    private static final byte[][] STATUS_LINES = new byte[600][];
    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] DATE = ascii("Date: ");
    private static final byte[] CONTENT_LENGTH = ascii("Content-Length: ");
    private static final byte[] CLOSE = ascii("Connection: close\r\n");
    private static final byte[] CONTENT_RANGE = ascii("Content-Range: bytes ");

    private final byte[] head = new byte[HEAD_ROOM];
    private int at;
    private int status;
    private boolean headOnly;
    private boolean close;

    private ByteBuffer buffer = ByteBuffer.allocateDirect(HEAD_ROOM + FIRST_BODY);
    private long bodyLength;
    private BodySource source;
    private long sourceOffset;

    /** Starts over for another request. */
    public void reset(Method method) {
        at = 0;
        status = 0;
        bodyLength = 0;
        source = null;
        headOnly = method == Method.HEAD;
        close = false;
    }

    /** Begins the head; what was set before is gone. */
    public Answer status(int code) {
        at = 0;
        status = code;
        bodyLength = 0;
        source = null;
        return raw(statusLine(code));
    }

    public int status() {
        return status;
    }

    /** Adds bytes as they are: whole header lines with their line ends. */
    public Answer raw(byte[] lines) {
        System.arraycopy(lines, 0, head, at, lines.length);
        at += lines.length;
        return this;
    }

    /**
     * Adds a header.
     *
     * @param name with colon and space, as {@link #name} makes it
     */
    public Answer header(byte[] name, byte[] value) {
        return raw(name).raw(value).raw(CRLF);
    }

    public Answer header(byte[] name, byte[] value, int start, int end) {
        raw(name);
        System.arraycopy(value, start, head, at, end - start);
        at += end - start;
        return raw(CRLF);
    }

    public Answer header(byte[] name, long value) {
        raw(name);
        at = Digits.write(head, at, value);
        return raw(CRLF);
    }

    /** Adds a header whose value is a prefix and hexadecimal digits (and a suffix). */
    public Answer hexHeader(byte[] name, byte[] prefix, long value, int digits, byte[] suffix) {
        raw(name).raw(prefix);
        at = Digits.writeHex(head, at, value, digits);
        return raw(suffix).raw(CRLF);
    }

    /** Adds a header; for what isn't asked for thousands of times a second. Line ends in the value become spaces. */
    public Answer header(String name, String value) {
        raw(ascii(name + ": "));
        for (byte b : value.getBytes(StandardCharsets.ISO_8859_1)) {
            head[at++] = b == '\r' || b == '\n' ? (byte) ' ' : b;
        }
        return raw(CRLF);
    }

    public Answer contentRange(long first, long last, long total) {
        raw(CONTENT_RANGE);
        at = Digits.write(head, at, first);
        head[at++] = '-';
        at = Digits.write(head, at, last);
        head[at++] = '/';
        at = Digits.write(head, at, total);
        return raw(CRLF);
    }

    /** Sets the body to a part of a source; up to {@link #WHOLE_BODY} bytes are read at once. */
    public void body(BodySource from, long offset, long length) {
        bodyLength = length;
        if (headOnly || length == 0) {
            return;
        }
        if (length <= WHOLE_BODY) {
            reserve((int) length);
            from.read(offset, (int) length, buffer.clear().position(HEAD_ROOM));
        } else {
            source = from;
            sourceOffset = offset;
        }
    }

    public void body(byte[] bytes) {
        bodyLength = bytes.length;
        if (!headOnly) {
            if (bytes.length > WHOLE_BODY) {
                body((offset, length, to) -> to.put(bytes, (int) offset, length), 0, bytes.length);
                return;
            }
            reserve(bytes.length);
            buffer.clear().put(HEAD_ROOM, bytes, 0, bytes.length);
        }
    }

    /** Ends the connection after this answer. */
    public void close() {
        close = true;
    }

    boolean closes() {
        return close;
    }

    /** Ends the head and gives the first bytes to send: the head, and the body if it was taken whole. */
    ByteBuffer finish(byte[] date) {
        if (status != 304 && status != 204 && status >= 200) {
            header(CONTENT_LENGTH, bodyLength);
        }
        header(DATE, date);
        if (close) {
            raw(CLOSE);
        }
        raw(CRLF);
        int body = headOnly || source != null ? 0 : (int) bodyLength;
        int start = HEAD_ROOM - at;
        buffer.clear().put(start, head, 0, at);
        return buffer.limit(HEAD_ROOM + body).position(start);
    }

    /**
     * The whole answer as it would be sent; the answer stays as it is.
     *
     * @return null if it is longer than {@code most} bytes
     */
    public byte[] image(byte[] date, long most) {
        long sent = headOnly ? 0 : bodyLength;
        if (sent + at > most) {
            return null;
        }
        int keptAt = at;
        ByteBuffer first = finish(date);
        byte[] all = new byte[at + (int) sent];
        first.get(all, 0, first.remaining());
        if (source != null) {
            source.read(sourceOffset, (int) sent, ByteBuffer.wrap(all, at, (int) sent));
        }
        at = keptAt;
        return all;
    }

    /** Whether it is an answer to HEAD: the body that it tells about isn't sent. */
    boolean headOnly() {
        return headOnly;
    }

    /** The next piece of a long body, or null when all was given. */
    ByteBuffer next() {
        if (source == null || bodyLength == 0) {
            return null;
        }
        int piece = (int) Math.min(bodyLength, WHOLE_BODY);
        reserve(piece);
        source.read(sourceOffset, piece, buffer.clear().position(HEAD_ROOM));
        sourceOffset += piece;
        bodyLength -= piece;
        return buffer.limit(HEAD_ROOM + piece).position(HEAD_ROOM);
    }

    /** The length of the body announced. */
    long bodyLength() {
        return bodyLength;
    }

    /** A header name ready for {@link #header}. */
    public static byte[] name(String name) {
        return ascii(name + ": ");
    }

    /** A whole header line ready for {@link #raw}. */
    public static byte[] line(String name, String value) {
        return ascii(name + ": " + value + "\r\n");
    }

    private void reserve(int body) {
        int capacity = buffer.capacity() - HEAD_ROOM;
        if (capacity < body) {
            while (capacity < body) {
                capacity *= 2;
            }
            buffer = ByteBuffer.allocateDirect(HEAD_ROOM + capacity);
        }
    }

    private static byte[] statusLine(int code) {
        byte[] line = STATUS_LINES[code];
        if (line == null) {
            line = ascii("HTTP/1.1 " + code + " " + Reason.of(code) + "\r\n");
            STATUS_LINES[code] = line;
        }
        return line;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
