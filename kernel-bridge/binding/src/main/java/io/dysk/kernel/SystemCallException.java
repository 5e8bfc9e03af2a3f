package io.dysk.kernel;

/** A system call on a path failed: mount, unmount, or a request to a block device. */
public final class SystemCallException extends KernelException {

    private static final long serialVersionUID = 1L;

    /**
     * @param call what was tried, such as "mount"
     * @param subject the path
     */
    public SystemCallException(String call, Object subject, Errno errno) {
        super(call + " " + subject + ": " + meaning(call, errno) + " (" + errno.symbol() + ")", errno);
    }

    /** mount(2) says ENODEV for a file system that the kernel doesn't have. */
    private static String meaning(String call, Errno errno) {
        return call.equals("mount") && errno.equals(Errno.ENODEV)
                ? "this kernel doesn't know the file system type"
                : errno.meaning();
    }

    /** Returns a call's result, or throws if it is a negated errno. */
    static int check(int result, String call, Object subject) {
        if (result < 0) {
            throw new SystemCallException(call, subject, new Errno(-result));
        }
        return result;
    }
}
