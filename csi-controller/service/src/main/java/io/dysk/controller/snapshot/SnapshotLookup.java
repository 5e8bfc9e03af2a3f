package io.dysk.controller.snapshot;

import io.dysk.blob.BlobException;
import io.dysk.blob.PageBlobProperties;
import io.dysk.blob.PageBlobStore;
import io.dysk.controller.account.Accounts;
import io.dysk.controller.volume.CloneHold;
import io.dysk.controller.volume.VolumeId;
import io.dysk.rpc.call.RpcFailure;
import java.util.Map;
import java.util.Optional;

/** Finds single snapshots by their ids. */
final class SnapshotLookup {
    private final Accounts accounts;

    SnapshotLookup(Accounts accounts) {
        this.accounts = accounts;
    }

    /** A snapshot that is there. */
    record Found(PageBlobStore store, VolumeId id, PageBlobProperties blob) {}

    /** Empty if there is none of that id; those through which volumes are cloned don't count. */
    Optional<Found> find(String text, Map<String, String> secrets) {
        Optional<VolumeId> id = VolumeId.parse(text).filter(parsed -> parsed.snapshot().isPresent());
        if (id.isEmpty()) {
            return Optional.empty();
        }
        PageBlobStore store = accounts.of(id.get(), secrets);
        try {
            PageBlobProperties blob = store.properties(id.get().address(), id.get().snapshot().orElseThrow());
            return blob.snapshotName().filter(CloneHold::is).isPresent() ? Optional.empty() : Optional.of(new Found(store, id.get(), blob));
        } catch (BlobException.NotFound e) {
            if (e.missing() == BlobException.NotFound.Missing.ACCOUNT) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /** @throws RpcFailure NOT_FOUND if there is none, INVALID_ARGUMENT if the id is missing */
    Found require(String text, Map<String, String> secrets) {
        if (text.isEmpty()) {
            throw RpcFailure.invalidArgument("the snapshot id is missing");
        }
        return find(text, secrets).orElseThrow(() -> RpcFailure.notFound("there is no snapshot '" + text + "'"));
    }
}
