package io.dysk.kernel;

/** The control device of the dysk module can't be used: not there, not permitted, or of another ABI. */
public final class ModuleException extends KernelException {

    private static final long serialVersionUID = 1L;

    private ModuleException(String message, Errno errno) {
        super(message, errno);
    }

    /** There is no module at all, so nothing is attached to this machine. */
    public boolean notLoaded() {
        return errno().equals(Errno.ENOENT) || errno().equals(Errno.ENXIO) || errno().equals(Errno.ENODEV);
    }

    /** For a control device that couldn't be opened. */
    public static ModuleException cannotOpen(Errno errno) {
        String why = switch (errno) {
            case Errno e when e.equals(Errno.ENOENT) || e.equals(Errno.ENXIO) || e.equals(Errno.ENODEV) ->
                "the dysk kernel module is not loaded: run 'modprobe dysk' (in a container, /dev of the host must be"
                        + " mounted)";
            case Errno e when e.equals(Errno.EACCES) || e.equals(Errno.EPERM) ->
                "access to " + DyskControl.DEVICE + " is denied: run as root";
            default -> "can't open " + DyskControl.DEVICE + ": " + errno.meaning() + " (" + errno.symbol() + ")";
        };
        return new ModuleException(why, errno);
    }

    static ModuleException wrongDevice(Errno errno) {
        return new ModuleException(
                DyskControl.DEVICE + " doesn't answer as the dysk module: " + errno.meaning() + " (" + errno.symbol()
                        + "); unload what is loaded under this name and run 'modprobe dysk'",
                errno);
    }

    static ModuleException wrongAbi(ModuleVersion loaded) {
        return new ModuleException(
                "the loaded dysk module " + loaded.module() + " has ABI " + loaded.abiMajor() + "." + loaded.abiMinor()
                        + ", this program needs " + DyskAbi.MAJOR + "." + DyskAbi.MINOR
                        + " or a later minor one: install module and tools of the same release",
                Errno.EOPNOTSUPP);
    }
}
