package io.dysk.kernel;

/** Why a call failed, or why a device is held or dead ({@code enum dysk_reason}). */
public enum Reason {
    NONE(0, "none", "", ""),
    NO_ROUTE(1, "no-route", "no address of the endpoint can be reached",
            "Check the network, firewall and name resolution between this machine and the storage account, and a"
                    + " private endpoint if there is one."),
    REFUSED(2, "connection-refused", "the endpoint refused the connection",
            "Check the endpoint's host and port, and that it serves plain HTTP there."),
    TIMEOUT(3, "timeout", "the endpoint didn't answer in time",
            "Check the network and the account's state; raise the request time-out if answers are slow."),
    RESET(4, "connection-reset", "the endpoint closed the connection",
            "Check that the port serves plain HTTP (a TLS port closes such connections) and that no proxy is in the"
                    + " way."),
    BAD_ANSWER(5, "bad-answer", "the answer isn't one of the blob service",
            "Check the endpoint: what answers there isn't the blob service over HTTP (a proxy, a portal, a TLS port?)."),
    DENIED(6, "denied", "the storage service denied access",
            "Check the account key or SAS: right account, not expired, with read and write rights."),
    CLOCK_SKEW(7, "clock-skew", "this machine's clock and the storage service's are too far apart",
            "Set this machine's clock (chrony, systemd-timesyncd): the service allows 15 minutes."),
    NEEDS_HTTPS(8, "needs-https", "the account refuses plain HTTP",
            "Turn off 'secure transfer required' on the storage account (the module has no TLS yet) and keep the"
                    + " traffic inside a virtual network with a private endpoint, or use another account."),
    NOT_FOUND(9, "not-found", "no such account, container or blob", "Check the names; 'dyskctl create' makes a blob."),
    NOT_PAGE_BLOB(10, "not-a-page-blob", "it isn't a page blob",
            "Only page blobs can be attached: create one, or convert this one by copying it into a page blob."),
    LEASED(11, "lease-lost", "the lease is missing or somebody else's",
            "Detach the blob where it is attached. If that machine is gone for good, attach with the break-lease option,"
                    + " which names the blob."),
    FENCED(12, "fenced", "a later attachment took over, nothing can be written here any more",
            "Unmount and detach this device; the blob is in use elsewhere."),
    SHRUNK(13, "blob-shrunk", "the blob is smaller than the device",
            "Detach the device; restore the blob's size or contents before it is used again."),
    NO_PATH(14, "no-path", "the endpoint gave no answer for longer than the device waits",
            "Check the network, then detach with force and attach again; a longer no-path time-out waits longer."),
    THROTTLED(15, "throttled", "the storage service throttles",
            "The blob or account is at its limit of requests or bytes per second; I/O goes on by itself."),
    SERVER(16, "server-error", "the storage service has an internal error",
            "It is retried; if it lasts, look at the service's health."),
    REJECTED(17, "rejected", "the storage service rejected the request", ""),
    FORCED(18, "forced", "it was detached with force", ""),
    BAD_SIZE(19, "bad-size", "the blob is empty or not a whole number of 512-byte sectors",
            "Resize the blob to a multiple of 512 bytes."),
    EXISTS(20, "attached-already", "the blob is attached to this machine already", "Use the device that is there ('dyskctl list')."),
    BUSY(21, "busy", "the device is in use or another call is under way",
            "Unmount it and close what has it open, then try again."),
    BAD_ARGUMENT(22, "bad-argument", "the module refused an argument", "The kernel log ('dmesg') says which."),
    NO_MEMORY(23, "no-memory", "the kernel has no memory for it", "Free memory or attach fewer devices."),
    EPOCH(24, "epochs-used-up", "the blob's sequence number can't be raised further",
            "Something else set it very high: copy the blob's contents into a new blob."),
    INTERNAL(25, "internal", "the module failed", "The kernel log ('dmesg') says more; please report it."),
    /** A later module gave a value that this program doesn't know. */
    UNKNOWN(-1, "unknown", "a reason that this program doesn't know", "Install module and tools of the same release.");

    private static final Reason[] VALUES = values();

    private final int code;
    private final String keyword;
    private final String text;
    private final String advice;

    Reason(int code, String keyword, String text, String advice) {
        this.code = code;
        this.keyword = keyword;
        this.text = text;
        this.advice = advice;
    }

    /** The value in the ABI. */
    int code() {
        return code;
    }

    /** One word for it, the same as in the device's {@code reason} attribute in sysfs. */
    public String keyword() {
        return keyword;
    }

    /** What it means, for people; empty for {@link #NONE}. */
    public String text() {
        return text;
    }

    /** What to do about it, in whole sentences; may be empty. */
    public String advice() {
        return advice;
    }

    static Reason of(int code) {
        for (Reason reason : VALUES) {
            if (reason.code == code) {
                return reason;
            }
        }
        return UNKNOWN;
    }
}
