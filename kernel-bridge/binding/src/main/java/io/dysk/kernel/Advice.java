package io.dysk.kernel;

/** What to do about a failed call: by the service's error code where it tells more, else by the reason, else by errno. */
final class Advice {

    private Advice() {}

    static String on(Reason reason, Errno errno, String errorCode) {
        return switch (errorCode) {
            case "AuthorizationFailure" ->
                "Check the credentials, and the account's firewall and network rules: does it accept this machine's"
                        + " address?";
            case "AuthorizationPermissionMismatch" ->
                "The SAS or role lacks a right: reading needs 'r', writing needs 'w' too.";
            case "AuthorizationProtocolMismatch" ->
                "The SAS allows HTTPS only: issue one with 'spr=https,http'.";
            case "KeyBasedAuthenticationNotPermitted" ->
                "The account forbids account keys: use a SAS made from a user delegation key.";
            case "PublicAccessNotPermitted", "NoAuthenticationInformation" ->
                "The request reached the account without credentials: give an account key or a SAS.";
            default -> reason == Reason.NONE ? on(errno) : reason.advice();
        };
    }

    private static String on(Errno errno) {
        if (errno.equals(Errno.EBUSY)) {
            return "Unmount it and close what has it open, then try again.";
        }
        if (errno.equals(Errno.ESTALE)) {
            return "The device number was given to another attachment since: list the devices and try again.";
        }
        if (errno.equals(Errno.ENODEV) || errno.equals(Errno.ENXIO) || errno.equals(Errno.ENOENT)) {
            return "There is no such device: list the devices to see which there are.";
        }
        if (errno.equals(Errno.E2BIG) || errno.equals(Errno.ENOTTY)) {
            return "The loaded module is older than this program: install both from the same release.";
        }
        return "";
    }
}
