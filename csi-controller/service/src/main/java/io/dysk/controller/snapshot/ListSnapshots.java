package io.dysk.controller.snapshot;

import io.dysk.blob.BlobException;
import io.dysk.blob.PageBlobStore;
import io.dysk.controller.account.Accounts;
import io.dysk.controller.list.Sweep;
import io.dysk.controller.volume.CloneHold;
import io.dysk.controller.volume.VolumeId;
import io.dysk.csi.ListSnapshotsRequest;
import io.dysk.csi.ListSnapshotsResponse;
import io.dysk.csi.Snapshot;
import io.dysk.rpc.call.RpcFailure;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * ListSnapshots: one, those of a volume, or all in the accounts that are known. Snapshots of deleted volumes are among them, and such as
 * others made; those through which volumes are cloned are not. Safe for use by many threads.
 */
public final class ListSnapshots {
    private final Accounts accounts;
    private final SnapshotLookup lookup;
    private final Sweep sweep;

    public ListSnapshots(Accounts accounts) {
        this.accounts = accounts;
        lookup = new SnapshotLookup(accounts);
        sweep = new Sweep(accounts);
    }

    public ListSnapshotsResponse answer(ListSnapshotsRequest request) {
        if (request.getMaxEntries() < 0) {
            throw RpcFailure.invalidArgument("the number of entries is negative");
        }
        if (!request.getSnapshotId().isEmpty()) {
            List<Snapshot> one = lookup.find(request.getSnapshotId(), request.getSecretsMap())
                    .map(found -> SnapshotMessages.of(found.id(), found.blob().dataBytes())).stream()
                    .filter(found -> request.getSourceVolumeId().isEmpty() || found.getSourceVolumeId().equals(request.getSourceVolumeId()))
                    .toList();
            return answer(Sweep.page(one, snapshot -> idOf(snapshot), request.getMaxEntries(), request.getStartingToken()));
        }
        if (!request.getSourceVolumeId().isEmpty()) {
            List<Snapshot> all = ofVolume(request.getSourceVolumeId(), request.getSecretsMap());
            return answer(Sweep.page(all, snapshot -> idOf(snapshot), request.getMaxEntries(), request.getStartingToken()));
        }
        return answer(sweep.part(true, request.getMaxEntries(), request.getStartingToken(), request.getSecretsMap(), (id, blob) ->
                blob.snapshotName().filter(CloneHold::is).isPresent() ? Optional.empty() : Optional.of(SnapshotMessages.of(id, blob.dataBytes()))));
    }

    private List<Snapshot> ofVolume(String text, Map<String, String> secrets) {
        Optional<VolumeId> volume = VolumeId.parse(text).filter(id -> id.snapshot().isEmpty());
        if (volume.isEmpty()) {
            return List.of();
        }
        PageBlobStore store = accounts.of(volume.get(), secrets);
        try {
            return store.snapshots(volume.get().address()).stream().filter(snapshot -> !CloneHold.is(snapshot.name()))
                    .map(snapshot -> SnapshotMessages.of(volume.get().withSnapshot(snapshot.id()), snapshot.dataBytes())).toList();
        } catch (BlobException.NotFound e) {
            if (e.missing() == BlobException.NotFound.Missing.ACCOUNT) {
                throw e;
            }
            return List.of();
        }
    }

    private static VolumeId idOf(Snapshot snapshot) {
        return VolumeId.parse(snapshot.getSnapshotId()).orElseThrow();
    }

    private static ListSnapshotsResponse answer(Sweep.Part<Snapshot> part) {
        ListSnapshotsResponse.Builder answer = ListSnapshotsResponse.newBuilder().setNextToken(part.nextToken());
        part.entries().forEach(snapshot -> answer.addEntries(ListSnapshotsResponse.Entry.newBuilder().setSnapshot(snapshot)));
        return answer.build();
    }
}
