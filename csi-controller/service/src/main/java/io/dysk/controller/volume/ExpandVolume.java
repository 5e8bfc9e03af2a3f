package io.dysk.controller.volume;

import io.dysk.blob.DiskFormat;
import io.dysk.blob.LeaseHolder;
import io.dysk.blob.PageBlobProperties;
import io.dysk.blob.PageBlobStore;
import io.dysk.blob.Resize;
import io.dysk.controller.account.AccountUsage;
import io.dysk.controller.account.Accounts;
import io.dysk.controller.step.ExpandVolumeStep;
import io.dysk.csi.CapacityRange;
import io.dysk.csi.ControllerExpandVolumeRequest;
import io.dysk.csi.ControllerExpandVolumeResponse;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.call.VolumeLocks;
import io.dysk.rpc.step.StepListener;
import io.dysk.rpc.step.Steps;
import java.util.Optional;

/**
 * ControllerExpandVolume: the blob grows, also while a node writes to it, under that node's lease. The node has to be told in any case: of
 * a file system that it can grow, of a device that there is more of it.
 */
public final class ExpandVolume {
    private final Accounts accounts;
    private final AccountUsage usage;
    private final VolumeLocks locks;
    private final StepListener listener;

    public ExpandVolume(Accounts accounts, AccountUsage usage, VolumeLocks locks, StepListener listener) {
        this.accounts = accounts;
        this.usage = usage;
        this.locks = locks;
        this.listener = listener;
    }

    public ControllerExpandVolumeResponse answer(ControllerExpandVolumeRequest request) {
        VolumeId id = VolumeId.require(request.getVolumeId());
        CapacityRange range = request.getCapacityRange();
        if (range.getRequiredBytes() == 0 && range.getLimitBytes() == 0) {
            throw RpcFailure.invalidArgument("the capacity range is missing: say how large it is to be");
        }
        VolumeSize.check(range);
        if (request.hasVolumeCapability()) {
            VolumeCapabilities.require(request.getVolumeCapability());
        }
        if (id.snapshot().isPresent()) {
            throw RpcFailure.failedPrecondition("it is a snapshot, which never changes: restore it to a volume of the size wanted");
        }
        try (var _ = locks.take(id.leaseName())) {
            PageBlobStore store = accounts.of(id, request.getSecretsMap());
            long bytes = expand(Found.require(store, id), range, Steps.begin(listener, request.getVolumeId()));
            return ControllerExpandVolumeResponse.newBuilder().setCapacityBytes(bytes).setNodeExpansionRequired(true).build();
        }
    }

    private long expand(Found found, CapacityRange range, Steps steps) {
        PageBlobProperties blob = found.blob();
        boolean cutShort = blob.format() == DiskFormat.VHD_INCOMPLETE;
        if (range.getLimitBytes() > 0 && blob.dataBytes() > range.getLimitBytes()) {
            throw RpcFailure.outOfRange("it has " + blob.dataBytes() + " bytes already, more than the limit of " + range.getLimitBytes()
                    + ", and volumes don't get smaller");
        }
        if (blob.dataBytes() >= range.getRequiredBytes() && !cutShort) {
            return blob.dataBytes();
        }
        long wanted = VolumeSize.of(blob.format() != DiskFormat.RAW).atLeast(Math.max(blob.dataBytes(), range.getRequiredBytes()), range);
        Resize change = Resize.growTo(wanted);
        if (blob.lease().locksWrites()) {
            change = change.under(holder(found).lease());
        }
        PageBlobProperties grown = found.store().resize(blob.address(), change);
        steps.reached(ExpandVolumeStep.RESIZED);
        usage.changed(found.store());
        return grown.dataBytes();
    }

    private static LeaseHolder holder(Found found) {
        if (found.blob().format() != DiskFormat.RAW) {
            throw RpcFailure.failedPrecondition("it is a VHD and published to " + PublishedNodes.of(found) + ": a VHD's footer can't move while"
                    + " somebody writes. Unpublish it first (delete the pods that use it), then it grows");
        }
        Optional<LeaseHolder> holder = found.store().leaseHolder(found.blob().address());
        return holder.orElseThrow(() -> RpcFailure.failedPrecondition("its blob is leased by somebody who left no name: end that lease first"));
    }
}
