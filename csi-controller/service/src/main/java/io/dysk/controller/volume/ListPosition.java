package io.dysk.controller.volume;

import io.dysk.rpc.call.RpcFailure;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;

/**
 * A place in the order of all volumes: by account, container and blob. As a token it is the place of the last volume that was told, so it
 * stays right whatever comes and goes.
 */
public record ListPosition(String account, String container, String blob) implements Comparable<ListPosition> {
    /** Before all. */
    public static final ListPosition START = new ListPosition("", "", "");

    private static final String PREFIX = "after:";
    private static final Comparator<ListPosition> ORDER =
            Comparator.comparing(ListPosition::account).thenComparing(ListPosition::container).thenComparing(ListPosition::blob);

    public static ListPosition of(VolumeId volume) {
        return new ListPosition(volume.account().value(), volume.address().container().value(), volume.address().blob().value());
    }

    /**
     * Reads a token; an empty one is the start.
     *
     * @throws RpcFailure ABORTED if it is none of ours
     */
    public static ListPosition parse(String token) {
        if (token.isEmpty()) {
            return START;
        }
        try {
            String text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
            String[] parts = text.startsWith(PREFIX) ? text.substring(PREFIX.length()).split("/", 3) : new String[0];
            if (parts.length == 3) {
                return new ListPosition(parts[0], parts[1], parts[2]);
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw RpcFailure.aborted("the starting token is not one that this driver gave: begin again without one");
    }

    /** As a token. */
    public String token() {
        byte[] text = (PREFIX + account + "/" + container + "/" + blob).getBytes(StandardCharsets.UTF_8);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text);
    }

    /** Whether something in that container may come after. */
    boolean mayBeBefore(String otherAccount, String otherContainer) {
        int byAccount = account.compareTo(otherAccount);
        return byAccount < 0 || byAccount == 0 && container.compareTo(otherContainer) <= 0;
    }

    @Override
    public int compareTo(ListPosition other) {
        return ORDER.compare(this, other);
    }
}
