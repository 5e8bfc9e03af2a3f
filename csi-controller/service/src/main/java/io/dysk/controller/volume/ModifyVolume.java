package io.dysk.controller.volume;

import io.dysk.blob.LeaseHolder;
import io.dysk.blob.LeaseId;
import io.dysk.blob.PageBlobProperties;
import io.dysk.blob.PageBlobStore;
import io.dysk.controller.account.Accounts;
import io.dysk.controller.step.ModifyVolumeStep;
import io.dysk.csi.ControllerModifyVolumeRequest;
import io.dysk.csi.ControllerModifyVolumeResponse;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.call.VolumeLocks;
import io.dysk.rpc.step.StepListener;
import io.dysk.rpc.step.Steps;
import java.util.Map;
import java.util.Optional;

/** ControllerModifyVolume: the performance tier and the tags of a volume. All is checked before anything is changed. */
public final class ModifyVolume {
    private final Accounts accounts;
    private final VolumeLocks locks;
    private final StepListener listener;

    public ModifyVolume(Accounts accounts, VolumeLocks locks, StepListener listener) {
        this.accounts = accounts;
        this.locks = locks;
        this.listener = listener;
    }

    public ControllerModifyVolumeResponse answer(ControllerModifyVolumeRequest request) {
        VolumeId id = VolumeId.require(request.getVolumeId());
        VolumeParameters parameters = VolumeParameters.parse(Map.of(), request.getMutableParametersMap());
        if (id.snapshot().isPresent()) {
            throw RpcFailure.failedPrecondition("it is a snapshot, which never changes");
        }
        try (var _ = locks.take(id.leaseName())) {
            modify(Found.require(accounts.of(id, request.getSecretsMap()), id), parameters, Steps.begin(listener, request.getVolumeId()));
        }
        return ControllerModifyVolumeResponse.getDefaultInstance();
    }

    private static void modify(Found found, VolumeParameters parameters, Steps steps) {
        PageBlobStore store = found.store();
        PageBlobProperties blob = found.blob();
        Optional<String> tier = parameters.get(VolumeParameter.TIER);
        if (tier.isPresent() && blob.tier().isEmpty()) {
            throw RpcFailure.invalidArgument("parameter 'tier': its account has no tiers; those of premium page blobs have: leave it out");
        }
        Optional<LeaseId> lease = blob.lease().locksWrites() ? store.leaseHolder(blob.address()).map(LeaseHolder::lease) : Optional.empty();
        if (tier.isPresent() && !tier.equals(blob.tier())) {
            store.setTier(blob.address(), tier.get());
            steps.reached(ModifyVolumeStep.TIER_SET);
        }
        if (parameters.get(VolumeParameter.TAGS).isPresent()) {
            store.setTags(blob.address(), parameters.tags(), lease);
            steps.reached(ModifyVolumeStep.TAGS_SET);
        }
    }
}
