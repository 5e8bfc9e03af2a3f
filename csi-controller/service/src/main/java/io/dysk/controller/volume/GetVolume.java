package io.dysk.controller.volume;

import io.dysk.controller.account.Accounts;
import io.dysk.controller.health.VolumeConditions;
import io.dysk.csi.ControllerGetVolumeRequest;
import io.dysk.csi.ControllerGetVolumeResponse;
import java.util.Map;

/** ControllerGetVolume. */
public final class GetVolume {
    private final Accounts accounts;
    private final VolumeAnswer answers;

    public GetVolume(Accounts accounts) {
        this.accounts = accounts;
        answers = new VolumeAnswer(accounts);
    }

    public ControllerGetVolumeResponse answer(ControllerGetVolumeRequest request) {
        VolumeId id = VolumeId.require(request.getVolumeId());
        Found found = Found.require(accounts.of(id, Map.of()), id);
        ControllerGetVolumeResponse.Builder response = ControllerGetVolumeResponse.newBuilder().setVolume(answers.of(found));
        response.getStatusBuilder().addAllPublishedNodeIds(PublishedNodes.of(found)).setVolumeCondition(VolumeConditions.condition(id, found.blob()));
        return response.build();
    }
}
