package io.dysk.controller.list;

import io.dysk.controller.volume.VolumeId;
import io.dysk.rpc.call.RpcFailure;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;

/**
 * Where a part of a list ended: the last entry's place in an order that doesn't change. So the next part begins right behind it, whatever
 * was made or deleted meanwhile, that entry too; and any controller can go on.
 *
 * @param last the last entry; its endpoint doesn't count
 */
record ListToken(VolumeId last) {
    /** The order of lists: by account, container, blob, and the blob's snapshots by time before it. */
    static final Comparator<VolumeId> ORDER = Comparator.<VolumeId, String>comparing(id -> id.account().value())
            .thenComparing(id -> id.address().container().value())
            .thenComparing(id -> id.address().blob().value())
            .thenComparing(id -> id.snapshot().map(snapshot -> snapshot.value()).orElse("\uFFFF"));

    private static final String FORM = "1 ";

    /** @throws RpcFailure ABORTED if no list gave it */
    static ListToken parse(String text) {
        try {
            String plain = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
            if (plain.startsWith(FORM)) {
                return new ListToken(VolumeId.parse(plain.substring(FORM.length())).orElseThrow(ListToken::bad));
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw bad();
    }

    private static RpcFailure bad() {
        return RpcFailure.aborted("the starting token is none that this list gave: start again without one");
    }

    /** An id that carries no endpoint is never longer than the one it was made from, so it can be read again. */
    @Override
    public String toString() {
        String plain = FORM + last.leaseName() + last.snapshot().map(snapshot -> "@" + snapshot.value()).orElse("");
        return Base64.getUrlEncoder().withoutPadding().encodeToString(plain.getBytes(StandardCharsets.UTF_8));
    }
}
