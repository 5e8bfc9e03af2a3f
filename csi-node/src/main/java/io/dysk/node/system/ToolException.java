package io.dysk.node.system;

/** A program couldn't be started, or took too long and was killed. The message says which and what to do. */
public final class ToolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ToolException(String message, Throwable cause) {
        super(message, cause);
    }
}
