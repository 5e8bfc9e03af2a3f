package io.dysk.ctl;

/** A command that can't go on, with a message that says what to do. */
final class CtlException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;

    CtlException(ExitCode exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /** For arguments that are wrong or missing. */
    static CtlException usage(String message) {
        return new CtlException(ExitCode.USAGE, message);
    }

    ExitCode exitCode() {
        return exitCode;
    }
}
