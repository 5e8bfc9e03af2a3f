package io.dysk.kernel;

/** A system call on a path failed: mount, unmount, or a request to a block device. */
public final class SystemCallException extends KernelException {

    private static final long serialVersionUID = 1L;

    /**
     * @param call what was tried, such as "mount"
     * @param subject the path
     */
    public SystemCallException(String call, Object subject, Errno errno) {
        super(call + " " + subject + ": " + errno.meaning() + " (" + errno.symbol() + ")", errno);
    }

    /** Returns a call's result, or throws if it is a negated errno. */
    static int check(int result, String call, Object subject) {
        if (result < 0) {
            throw new SystemCallException(call, subject, new Errno(-result));
        }
        return result;
    }
}
