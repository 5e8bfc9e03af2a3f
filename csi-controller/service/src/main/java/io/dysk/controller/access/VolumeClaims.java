package io.dysk.controller.access;

import io.dysk.access.ClaimVolumeRequest;
import io.dysk.access.ClaimVolumeResponse;
import io.dysk.access.ReleaseVolumeRequest;
import io.dysk.access.ReleaseVolumeResponse;
import io.dysk.controller.account.Accounts;
import io.dysk.controller.publish.PublishVolume;
import io.dysk.controller.publish.UnpublishVolume;
import io.dysk.controller.volume.VolumeId;
import io.dysk.csi.ControllerPublishVolumeRequest;
import io.dysk.rpc.call.RpcFailure;

/**
 * ClaimVolume and ReleaseVolume: leases for nodes that take and give back their volumes themselves, in clusters without VolumeAttachments
 * (CSIDriver attachRequired false). The lease is the same, and so is all that is done for it; what is different is only who asks, and that
 * the credentials are always the driver's own. Safe for use by many threads.
 */
public final class VolumeClaims {
    private final Accounts accounts;
    private final PublishVolume publish;
    private final UnpublishVolume unpublish;

    public VolumeClaims(Accounts accounts, PublishVolume publish, UnpublishVolume unpublish) {
        this.accounts = accounts;
        this.publish = publish;
        this.unpublish = unpublish;
    }

    /** Leases; throws what {@link PublishVolume} does. */
    public ClaimVolumeResponse claim(ClaimVolumeRequest request) {
        VolumeId.parse(request.getVolumeId()).ifPresent(this::requireCredentials);
        ControllerPublishVolumeRequest.Builder order = ControllerPublishVolumeRequest.newBuilder().setVolumeId(request.getVolumeId())
                .setNodeId(request.getNodeId());
        if (request.hasVolumeCapability()) {
            order.setVolumeCapability(request.getVolumeCapability());
        }
        return ClaimVolumeResponse.newBuilder().putAllPublishContext(publish.answer(order.build()).getPublishContextMap()).build();
    }

    /** Gives back. */
    public ReleaseVolumeResponse release(ReleaseVolumeRequest request) {
        if (request.getVolumeId().isEmpty()) {
            throw RpcFailure.invalidArgument("the volume id is missing");
        }
        if (request.getNodeId().isEmpty()) {
            throw RpcFailure.invalidArgument("the node id is missing");
        }
        VolumeId.parse(request.getVolumeId()).ifPresent(this::requireCredentials);
        unpublish.release(request.getVolumeId(), request.getNodeId());
        return ReleaseVolumeResponse.getDefaultInstance();
    }

    /** What opened the volume when it was made, a secret of its class, doesn't come with these calls. */
    private void requireCredentials(VolumeId volume) {
        if (accounts.own().stream().noneMatch(own -> own.name().equals(volume.account()))) {
            throw RpcFailure.unauthenticated("the controller has no credentials of its own for storage account " + volume.account() + ", and where nodes"
                    + " take volumes themselves it needs them, whatever secret the StorageClass names: put a file for the account into its --accounts-dir"
                    + " (credentials.accounts of the chart)");
        }
    }
}
