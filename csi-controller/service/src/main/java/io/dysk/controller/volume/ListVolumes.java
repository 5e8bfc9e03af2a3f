package io.dysk.controller.volume;

import io.dysk.controller.account.Accounts;
import io.dysk.csi.ListVolumesRequest;
import io.dysk.csi.ListVolumesResponse;
import io.dysk.csi.VolumeCondition;
import io.dysk.rpc.call.RpcFailure;

/** ListVolumes: what is in the driver's own accounts. Requests carry no secrets, so others can't be listed. */
public final class ListVolumes {
    /** So that an answer isn't too large for gRPC's usual limit of 4 MiB. */
    private static final int MOST_ENTRIES = 2000;

    private final VolumeListing listing;
    private final VolumeAnswer answers;

    public ListVolumes(Accounts accounts) {
        listing = new VolumeListing(accounts);
        answers = new VolumeAnswer(accounts);
    }

    public ListVolumesResponse answer(ListVolumesRequest request) {
        if (request.getMaxEntries() < 0) {
            throw RpcFailure.invalidArgument("max_entries is negative: " + request.getMaxEntries());
        }
        ListPosition after = ListPosition.parse(request.getStartingToken());
        int most = request.getMaxEntries() == 0 ? MOST_ENTRIES : Math.min(request.getMaxEntries(), MOST_ENTRIES);
        ListVolumesResponse.Builder response = ListVolumesResponse.newBuilder();
        ListPosition[] last = {after};
        listing.each(after, found -> {
            if (response.getEntriesCount() == most) {
                response.setNextToken(last[0].token());
                return false;
            }
            last[0] = ListPosition.of(found.id());
            response.addEntries(entry(found));
            return true;
        });
        return response.build();
    }

    private ListVolumesResponse.Entry entry(Found found) {
        ListVolumesResponse.Entry.Builder entry = ListVolumesResponse.Entry.newBuilder().setVolume(answers.of(found));
        entry.getStatusBuilder().addAllPublishedNodeIds(PublishedNodes.of(found)).setVolumeCondition(condition());
        return entry.build();
    }

    static VolumeCondition condition() {
        return VolumeCondition.newBuilder().setAbnormal(false).setMessage("its blob is there").build();
    }
}
