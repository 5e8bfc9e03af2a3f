package io.dysk.controller.volume;

import io.dysk.blob.AccountName;
import io.dysk.blob.PageBlobProperties;
import io.dysk.controller.account.Accounts;
import io.dysk.controller.account.OwnAccount;
import io.dysk.controller.health.VolumeConditions;
import io.dysk.controller.list.Sweep;
import io.dysk.csi.ListVolumesRequest;
import io.dysk.csi.ListVolumesResponse;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** ListVolumes: what is in the driver's own accounts. Requests carry no secrets, so others can't be listed. */
public final class ListVolumes {
    /** An entry may have a few kilobytes, and gRPC takes 4 MiB. */
    private static final int MOST_ENTRIES = 1000;

    private final Accounts accounts;
    private final Sweep sweep;

    public ListVolumes(Accounts accounts) {
        this.accounts = accounts;
        sweep = new Sweep(accounts);
    }

    public ListVolumesResponse answer(ListVolumesRequest request) {
        int most = request.getMaxEntries() == 0 ? MOST_ENTRIES : Math.min(request.getMaxEntries(), MOST_ENTRIES);
        Map<AccountName, OwnAccount> own = accounts.own().stream().collect(Collectors.toMap(OwnAccount::name, Function.identity()));
        Sweep.Part<ListVolumesResponse.Entry> part = sweep.part(false, most, request.getStartingToken(), Map.of(),
                (id, blob) -> Optional.ofNullable(own.get(id.account())).flatMap(account -> entry(account, id, blob)));
        return ListVolumesResponse.newBuilder().addAllEntries(part.entries()).setNextToken(part.nextToken()).build();
    }

    private static Optional<ListVolumesResponse.Entry> entry(OwnAccount account, VolumeId id, PageBlobProperties blob) {
        VolumeNotes notes = VolumeNotes.of(blob);
        if (notes.deleted() || notes.incomplete().isPresent()) {
            return Optional.empty();
        }
        Found found = new Found(account.store(), id, blob);
        ListVolumesResponse.Entry.Builder entry = ListVolumesResponse.Entry.newBuilder().setVolume(VolumeAnswer.of(found, account.topology()));
        entry.getStatusBuilder().addAllPublishedNodeIds(PublishedNodes.of(found)).setVolumeCondition(VolumeConditions.condition(id, blob));
        return Optional.of(entry.build());
    }
}
