package io.dysk.controller.snapshot;

import io.dysk.controller.account.Accounts;
import io.dysk.csi.GetSnapshotRequest;
import io.dysk.csi.GetSnapshotResponse;

/** GetSnapshot. Safe for use by many threads. */
public final class GetSnapshot {
    private final SnapshotLookup lookup;

    public GetSnapshot(Accounts accounts) {
        lookup = new SnapshotLookup(accounts);
    }

    public GetSnapshotResponse answer(GetSnapshotRequest request) {
        SnapshotLookup.Found found = lookup.require(request.getSnapshotId(), request.getSecretsMap());
        return GetSnapshotResponse.newBuilder().setSnapshot(SnapshotMessages.of(found.id(), found.blob().dataBytes())).build();
    }
}
