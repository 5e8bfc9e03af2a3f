package io.dysk.ctl;

import io.dysk.blob.Endpoint;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The label of the attachments this program makes: says that the lease is ours to release, and where the account is. The
 * kernel keeps it, so no file has to.
 */
final class AttachLabel {

    private static final String OURS = "dyskctl";
    private static final int LONGEST_BYTES = 135;

    private AttachLabel() {}

    static String of(Endpoint endpoint) {
        String label = OURS + " " + endpoint.url();
        return label.getBytes(StandardCharsets.UTF_8).length <= LONGEST_BYTES ? label : OURS;
    }

    /** Whether the attachment was made by this program, so that its lease is ours. */
    static boolean ours(String label) {
        return label.equals(OURS) || label.startsWith(OURS + " ");
    }

    /** Where the account was when it was attached; empty if the label doesn't say. */
    static Optional<Endpoint> endpoint(String label) {
        return ours(label) && label.length() > OURS.length() + 1
                ? Optional.of(Endpoint.parse(label.substring(OURS.length() + 1)))
                : Optional.empty();
    }
}
