package io.dysk.controller.health;

import io.dysk.blob.PageBlobProperties;
import io.dysk.controller.account.Accounts;
import io.dysk.controller.list.Sweep;
import io.dysk.controller.volume.VolumeId;
import io.dysk.controller.volume.VolumeNotes;
import io.dysk.csi.ControllerListVolumeHealthRequest;
import io.dysk.csi.ControllerListVolumeHealthResponse;
import io.dysk.csi.VolumeHealth;
import io.dysk.csi.VolumeHealth.VolumeHealthEntry;
import java.util.List;
import java.util.Optional;

/** ControllerListVolumeHealth (CSI 1.13): the volumes with something wrong, of all accounts that are known. Safe for use by many threads. */
public final class ListVolumeHealth {
    /** An entry has up to two kilobytes, and gRPC takes 4 MiB. */
    private static final int MOST_ENTRIES = 1000;

    private final Sweep sweep;

    public ListVolumeHealth(Accounts accounts) {
        sweep = new Sweep(accounts);
    }

    public ControllerListVolumeHealthResponse answer(ControllerListVolumeHealthRequest request) {
        int most = request.getMaxEntries() == 0 ? MOST_ENTRIES : Math.min(request.getMaxEntries(), MOST_ENTRIES);
        Sweep.Part<VolumeHealth> part = sweep.part(false, most, request.getStartingToken(), request.getSecretsMap(), ListVolumeHealth::entry);
        return ControllerListVolumeHealthResponse.newBuilder().addAllEntries(part.entries()).setNextToken(part.nextToken()).build();
    }

    private static Optional<VolumeHealth> entry(VolumeId volume, PageBlobProperties blob) {
        List<VolumeHealthEntry> entries = VolumeNotes.of(blob).deleted() ? List.of() : VolumeConditions.of(volume, blob);
        return entries.isEmpty()
                ? Optional.empty()
                : Optional.of(VolumeHealth.newBuilder().setVolumeId(volume.toString()).addAllHealthStatuses(entries).build());
    }
}
