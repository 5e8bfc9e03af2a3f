package io.dysk.vm;

/** A machine did not do what was asked of it. The message carries what is needed to see why. */
public class VmException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public VmException(String message) {
        super(message);
    }

    public VmException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The machine ended, by a panic, by being killed or by itself, while something was still asked of it. */
    public static final class MachineGone extends VmException {

        private static final long serialVersionUID = 1;

        MachineGone(String message) {
            super(message);
        }
    }

    /** Something took longer than it may. The state of the guest's tasks is in its console log. */
    public static final class DeadlineMissed extends VmException {

        private static final long serialVersionUID = 1;

        DeadlineMissed(String message) {
            super(message);
        }
    }

    /** A command that had to succeed did not. */
    public static final class CommandFailed extends VmException {

        private static final long serialVersionUID = 1;

        private final transient CommandResult result;

        CommandFailed(String line, CommandResult result) {
            super("exit status " + result.exit() + " of: " + line + "\n" + result.stdout() + result.stderr());
            this.result = result;
        }

        public CommandResult result() {
            return result;
        }
    }
}
