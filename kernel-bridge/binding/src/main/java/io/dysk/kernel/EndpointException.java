package io.dysk.kernel;

/** A blob endpoint that can't be used: malformed, HTTPS, or a name without addresses. The message says what to do. */
public final class EndpointException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    EndpointException(String message) {
        super(message);
    }
}
