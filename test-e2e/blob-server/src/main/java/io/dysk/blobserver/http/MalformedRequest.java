package io.dysk.blobserver.http;

/** What came in is not a request that can be answered in order: it gets this status and the connection ends. */
public final class MalformedRequest extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    MalformedRequest(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    public int status() {
        return status;
    }
}
