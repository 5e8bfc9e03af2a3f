package io.dysk.controller.health;

import io.dysk.blob.BlobException;
import io.dysk.blob.PageBlobProperties;
import io.dysk.blob.PageBlobStore;
import io.dysk.controller.account.Accounts;
import io.dysk.controller.volume.VolumeId;
import io.dysk.controller.volume.VolumeNotes;
import io.dysk.csi.ControllerGetVolumeHealthRequest;
import io.dysk.csi.ControllerGetVolumeHealthResponse;
import io.dysk.csi.VolumeHealth;
import io.dysk.csi.VolumeHealth.VolumeHealthEntry;
import io.dysk.rpc.call.RpcFailure;
import java.util.List;
import java.util.Map;

/**
 * ControllerGetVolumeHealth (CSI 1.13). A volume whose blob is gone is NOT_FOUND, as the specification wants it: nothing else knows that it ever
 * was. That its container or account is gone, or closed to the driver, is told as its health. Safe for use by many threads.
 */
public final class GetVolumeHealth {
    private final Accounts accounts;

    public GetVolumeHealth(Accounts accounts) {
        this.accounts = accounts;
    }

    public ControllerGetVolumeHealthResponse answer(ControllerGetVolumeHealthRequest request) {
        VolumeId volume = VolumeId.require(request.getVolumeId());
        return ControllerGetVolumeHealthResponse.newBuilder().setVolumeHealth(VolumeHealth.newBuilder().setVolumeId(request.getVolumeId())
                .addAllHealthStatuses(entries(volume, request.getSecretsMap()))).build();
    }

    private List<VolumeHealthEntry> entries(VolumeId volume, Map<String, String> secrets) {
        PageBlobStore store = accounts.of(volume, secrets);
        try {
            PageBlobProperties blob = volume.snapshot().isPresent()
                    ? store.properties(volume.address(), volume.snapshot().get())
                    : store.properties(volume.address());
            if (volume.snapshot().isEmpty() && VolumeNotes.of(blob).deleted()) {
                throw RpcFailure.notFound("it was deleted; only its snapshots are left");
            }
            return VolumeConditions.of(volume, blob);
        } catch (BlobException e) {
            return List.of(VolumeConditions.of(e).orElseThrow(() -> e));
        }
    }
}
