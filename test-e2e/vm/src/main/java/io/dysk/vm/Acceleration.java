package io.dysk.vm;

/** How a machine's processors are made. */
public enum Acceleration {

    /** KVM where it really runs guests, else {@link #TCG}. The environment variable DYSK_ACCEL (kvm, tcg) decides too. */
    AUTO,

    /** The host's processor; fails where there is none to be had. */
    KVM,

    /** Emulation, a host thread for each processor. */
    TCG,

    /** Emulation of all processors in one host thread. */
    TCG_SINGLE,

    /**
     * Emulation with a clock that counts instructions (2 ns each) and skips idle time: figures repeat whatever the
     * host's load. One processor. What happens outside the guest, its network included, is not in this time.
     */
    ICOUNT;

    /** AUTO made into one of the others. May boot a machine for seconds, once after each boot of the host. */
    Acceleration resolved() {
        if (this != AUTO) {
            return this;
        }
        String wanted = System.getenv().getOrDefault("DYSK_ACCEL", "auto");
        return switch (wanted) {
            case "kvm" -> KVM;
            case "tcg" -> TCG;
            case "auto", "" -> KvmProbe.works() ? KVM : TCG;
            default -> throw new VmException("DYSK_ACCEL is \"" + wanted + "\"; it may be kvm, tcg or auto");
        };
    }
}
