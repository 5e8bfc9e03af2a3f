package io.dysk.blobserver.blob;

import io.dysk.blobserver.http.Answer;
import io.dysk.blobserver.http.Digits;
import io.dysk.blobserver.http.HeaderName;
import io.dysk.blobserver.http.RequestHead;
import io.dysk.blobserver.http.ServerClock;
import io.dysk.blobserver.protocol.Query;
import io.dysk.blobserver.protocol.StorageError;
import io.dysk.blobserver.protocol.StorageException;
import io.dysk.blobserver.protocol.Target;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** One request being answered. A connection has one object for all of its requests. */
final class Call {
    static final String DEFAULT_VERSION = "2023-11-03";

    private static final byte[] SERVER = Answer.line("Server", "dysk-blob-server");
    private static final byte[] REQUEST_ID = Answer.name("x-ms-request-id");
    private static final byte[] VERSION = Answer.name("x-ms-version");
    private static final byte[] CLIENT_ID = Answer.name("x-ms-client-request-id");
    private static final byte[] ETAG = Answer.name("ETag");
    private static final byte[] ETAG_START = "\"0x".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] QUOTE = {'"'};
    private static final byte[] NOTHING = new byte[0];
    private static final byte[] LAST_MODIFIED = Answer.name("Last-Modified");
    private static final byte[] SEQUENCE = Answer.name("x-ms-blob-sequence-number");
    private static final byte[] DEFAULT_VERSION_BYTES = DEFAULT_VERSION.getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_CLIENT_ID = 1024;
    private static final int MAX_METADATA = 8192;

    final Store store;
    private final byte[] requestIdStart;
    RequestHead request;
    ByteBuffer body;
    Answer answer;
    Place place;
    /** UNIX milliseconds, the same for all of the request. */
    long now;
    private long requestNumber;

    /** First byte of the range of the request; see {@link #readRange}. */
    long rangeStart;
    /** Last byte of it. */
    long rangeLast;

    /**
     * @param connection its number; request ids start with it
     */
    Call(Store store, long connection) {
        this.store = store;
        this.requestIdStart = String.format("%08x-%04x-4000-8000-", (int) (connection >> 16), (int) connection & 0xffff)
                .getBytes(StandardCharsets.US_ASCII);
    }

    void start(RequestHead itsRequest, ByteBuffer itsBody, Answer itsAnswer, long time) {
        request = itsRequest;
        body = itsBody;
        answer = itsAnswer;
        now = time;
        place = null;
        requestNumber++;
    }

    Target target() {
        return place.target;
    }

    Query query() {
        return place.target.query();
    }

    Blob blob() {
        return place.blob(store);
    }

    /** Begins the answer with the headers that all have. */
    Answer begin(int status) {
        answer.status(status).raw(SERVER).hexHeader(REQUEST_ID, requestIdStart, requestNumber, 12, NOTHING);
        if (request != null && namesVersion()) {
            answer.header(VERSION, request.raw(), request.start(HeaderName.X_MS_VERSION), request.end(HeaderName.X_MS_VERSION));
        } else {
            answer.header(VERSION, DEFAULT_VERSION_BYTES);
        }
        if (request != null && request.has(HeaderName.X_MS_CLIENT_REQUEST_ID)) {
            int start = request.start(HeaderName.X_MS_CLIENT_REQUEST_ID);
            int end = request.end(HeaderName.X_MS_CLIENT_REQUEST_ID);
            if (end - start <= MAX_CLIENT_ID) {
                answer.header(CLIENT_ID, request.raw(), start, end);
            }
        }
        return answer;
    }

    private boolean namesVersion() {
        return request.has(HeaderName.X_MS_VERSION)
                && request.end(HeaderName.X_MS_VERSION) - request.start(HeaderName.X_MS_VERSION) == DEFAULT_VERSION.length();
    }

    /** Refuses versions of the service that are no dates; all others are taken, since they don't differ here. */
    void checkVersion() {
        if (request.has(HeaderName.X_MS_VERSION) && !namesVersion()) {
            throw new StorageException(StorageError.INVALID_HEADER_VALUE, "x-ms-version must be a date such as " + DEFAULT_VERSION + ".");
        }
    }

    /** Begins the answer, with the etag and the time of a version. */
    Answer begin(int status, Version version) {
        return begin(status)
                .hexHeader(ETAG, ETAG_START, version.etag(), 16, QUOTE)
                .header(LAST_MODIFIED, version.modifiedText());
    }

    Answer begin(int status, Container container) {
        return begin(status)
                .header("ETag", container.etagText())
                .header("Last-Modified", ServerClock.format(container.modified()));
    }

    void sequence(Version version) {
        answer.header(SEQUENCE, version.sequence());
    }

    void xml(byte[] document) {
        answer.header("Content-Type", "application/xml");
        answer.body(document);
    }

    /** Method, path, comp and range. */
    String title() {
        String comp = place == null ? "" : place.target.query().text("comp");
        String range = request.value(request.has(HeaderName.X_MS_RANGE) ? HeaderName.X_MS_RANGE : HeaderName.RANGE);
        return request.methodText() + " " + request.path()
                + (comp.isEmpty() ? "" : " comp=" + comp)
                + (range == null ? "" : " " + range);
    }

    String requestId() {
        return new String(requestIdStart, StandardCharsets.US_ASCII) + String.format("%012X", requestNumber);
    }

    /** A header that must be there. */
    String required(HeaderName name) {
        String value = request.value(name);
        if (value == null || value.isEmpty()) {
            throw new StorageException(StorageError.MISSING_REQUIRED_HEADER, name.text());
        }
        return value;
    }

    /** A header's number of 0 or more, or -1 if the header is absent. */
    long number(HeaderName name) {
        if (!request.has(name)) {
            return -1;
        }
        long value = request.number(name);
        if (value < 0) {
            throw new StorageException(StorageError.INVALID_HEADER_VALUE, name.text());
        }
        return value;
    }

    /** Reads x-ms-range or else Range into the fields; an open end is {@link Long#MAX_VALUE}. False if there is neither. */
    boolean readRange() {
        HeaderName name = request.has(HeaderName.X_MS_RANGE) ? HeaderName.X_MS_RANGE : HeaderName.RANGE;
        return request.has(name) && readRange(name);
    }

    /** Reads one range header into the fields. Only "bytes=a-b" and "bytes=a-" are known to the service. */
    boolean readRange(HeaderName name) {
        byte[] raw = request.raw();
        int start = request.start(name);
        int end = request.end(name);
        int dash = start;
        while (dash < end && raw[dash] != '-') {
            dash++;
        }
        boolean bytes = end - start > 6
                && raw[start] == 'b' && raw[start + 1] == 'y' && raw[start + 2] == 't'
                && raw[start + 3] == 'e' && raw[start + 4] == 's' && raw[start + 5] == '=';
        if (bytes && dash < end) {
            rangeStart = Digits.parse(raw, start + 6, dash);
            rangeLast = dash + 1 == end ? Long.MAX_VALUE : Digits.parse(raw, dash + 1, end);
            if (rangeStart >= 0 && rangeLast >= rangeStart) {
                return true;
            }
        }
        throw new StorageException(StorageError.INVALID_HEADER_VALUE, name.text() + " must be bytes=first-last or bytes=first-.");
    }

    /** The x-ms-meta- headers; null if there are none. */
    Map<String, String> metadata() {
        Map<String, String> found = null;
        int size = 0;
        for (int i = 0; i < request.count(); i++) {
            String name = text(request.nameStart(i), request.nameEnd(i));
            if (name.regionMatches(true, 0, "x-ms-meta-", 0, 10)) {
                String key = name.substring(10);
                if (!key.matches("[A-Za-z_][A-Za-z0-9_]*")) {
                    throw new StorageException(StorageError.INVALID_METADATA, "A name must be an identifier.");
                }
                String value = text(request.valueStart(i), request.valueEnd(i));
                size += key.length() + value.length();
                if (found == null) {
                    found = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
                }
                found.merge(key, value, (a, b) -> a + "," + b);
            }
        }
        if (size > MAX_METADATA) {
            throw new StorageException(StorageError.METADATA_TOO_LARGE);
        }
        return found;
    }

    private String text(int start, int end) {
        return new String(request.raw(), start, end - start, StandardCharsets.ISO_8859_1);
    }

    void log(Blob blob, AppliedWrite.Kind kind, long offset, long length, long sequence, ByteBuffer bytes) {
        store.log().append(blob.path, kind, offset, length, sequence, request.has(HeaderName.X_MS_LEASE_ID), bytes);
    }
}
