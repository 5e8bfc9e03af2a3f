package io.dysk.ctl;

/** The program's exit codes; they never change their meaning. */
enum ExitCode {
    OK(0, "done"),
    FAILED(1, "failed for another reason than those below"),
    USAGE(2, "wrong arguments or credentials that can't be read; nothing was done"),
    NO_MODULE(3, "the kernel module is not loaded, of another release, or access is denied (not root)"),
    NOT_FOUND(4, "no such account, container, blob or device"),
    CONFLICT(5, "in use: leased by another node, open, attached already, or there already"),
    DENIED(6, "the storage service refuses: credentials, clock, or plain HTTP"),
    UNREACHABLE(7, "no usable answer from the storage service: network, time-out or throttling"),
    PROBLEMS(8, "doctor found problems");

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    int code() {
        return code;
    }

    String meaning() {
        return meaning;
    }
}
