package io.dysk.kernel;

/**
 * A call into the kernel that failed. Its message is made for people: it says what failed, why, and where possible what
 * to do. It never contains credentials or mount options.
 */
public abstract sealed class KernelException extends RuntimeException
        permits DyskException, ModuleException, SystemCallException {

    private static final long serialVersionUID = 1L;

    private final transient Errno errno;

    KernelException(String message, Errno errno) {
        super(message);
        this.errno = errno;
    }

    /** What the kernel said. */
    public Errno errno() {
        return errno;
    }
}
