package io.dysk.kernel;

/**
 * The dysk module refused a call. The message holds the reason, the storage service's answer if there was one, and
 * advice.
 */
public final class DyskException extends KernelException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final int httpStatus;
    private final String errorCode;
    private final String advice;

    /**
     * @param operation attach, detach, ...
     * @param subject the blob or device
     * @param httpStatus of the answer that made it fail, or 0
     * @param errorCode of that answer, or empty
     */
    public DyskException(String operation, String subject, Errno errno, Reason reason, int httpStatus, String errorCode) {
        super(message(operation, subject, errno, reason, httpStatus, errorCode), errno);
        this.reason = reason;
        this.httpStatus = httpStatus;
        this.errorCode = errorCode;
        this.advice = Advice.on(reason, errno, errorCode);
    }

    /** Why; {@link Reason#NONE} if only {@link #errno()} says it. */
    public Reason reason() {
        return reason;
    }

    /** HTTP status of the answer that made it fail, or 0. */
    public int httpStatus() {
        return httpStatus;
    }

    /** {@code x-ms-error-code} of that answer, or empty. */
    public String errorCode() {
        return errorCode;
    }

    /** One or two sentences on what to do; part of the message already. */
    public String advice() {
        return advice;
    }

    private static String message(
            String operation, String subject, Errno errno, Reason reason, int httpStatus, String errorCode) {
        StringBuilder text = new StringBuilder(operation).append(' ').append(subject).append(": ");
        if (reason == Reason.NONE) {
            text.append(errno.meaning()).append(" (").append(errno.symbol()).append(')');
        } else {
            text.append(reason.text());
        }
        if (httpStatus != 0) {
            text.append(" (HTTP ").append(httpStatus);
            if (!errorCode.isEmpty()) {
                text.append(' ').append(errorCode);
            }
            text.append(')');
        }
        String advice = Advice.on(reason, errno, errorCode);
        return advice.isEmpty() ? text.toString() : text.append(". ").append(advice).toString();
    }
}
