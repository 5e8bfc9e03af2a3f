package io.dysk.controller.volume;

import io.dysk.blob.BlobException;
import io.dysk.rpc.call.RpcFailure;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Volumes of one name in several accounts, made at once by several controllers. One stays: the one that is complete, for it may have been
 * handed out, else the first by its id. The others are incomplete, so nobody has them, and are taken away; each only in the state
 * in which it was seen, so that one which is completed at the same moment stays too, and the next look takes the other.
 */
final class Rivals {
    private final Completion completion;

    Rivals(Completion completion) {
        this.completion = completion;
    }

    /**
     * Takes away all but one.
     *
     * @throws RpcFailure ABORTED if two are complete
     */
    void settle(List<Found> volumes, Map<String, String> secrets) {
        List<Found> complete = volumes.stream().filter(volume -> volume.notes().incomplete().isEmpty()).toList();
        if (complete.size() > 1) {
            throw RpcFailure.aborted("two volumes have that name, " + complete.get(0).id() + " and " + complete.get(1).id()
                    + ": delete the one that is not in use");
        }
        Found stays = complete.isEmpty()
                ? volumes.stream().min(Comparator.comparing(volume -> volume.id().toString())).orElseThrow()
                : complete.getFirst();
        for (Found volume : volumes) {
            if (volume != stays) {
                remove(volume, secrets);
            }
        }
    }

    private void remove(Found volume, Map<String, String> secrets) {
        try {
            new HalfMade(volume.store()).remove(volume.blob());
            completion.releaseHold(volume, secrets);
        } catch (BlobException.PreconditionFailed e) {
            // It went on: the next look says how it is.
        }
    }
}
