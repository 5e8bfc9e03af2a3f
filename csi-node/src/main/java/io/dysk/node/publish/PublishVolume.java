package io.dysk.node.publish;

import io.dysk.csi.NodePublishVolumeRequest;
import io.dysk.csi.NodePublishVolumeResponse;
import io.dysk.kernel.DeviceInfo;
import io.dysk.kernel.DeviceState;
import io.dysk.kernel.MountEntry;
import io.dysk.kernel.MountOptions;
import io.dysk.kernel.MountTable;
import io.dysk.node.device.DeviceUses;
import io.dysk.node.device.VolumeDevices;
import io.dysk.node.step.PublishStep;
import io.dysk.node.system.MountPoints;
import io.dysk.node.volume.AccessMode;
import io.dysk.node.volume.VolumePath;
import io.dysk.node.volume.VolumeUse;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.step.Steps;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** NodePublishVolume: a staged volume made visible at one more path, by a bind mount of its directory or of its device's node. */
public final class PublishVolume {
    private final VolumeDevices devices;
    private final MountPoints mounts;

    public PublishVolume(VolumeDevices devices, MountPoints mounts) {
        this.devices = devices;
        this.mounts = mounts;
    }

    public NodePublishVolumeResponse answer(NodePublishVolumeRequest request, Steps steps) {
        Path target = VolumePath.of("target_path", request.getTargetPath());
        VolumeUse use = VolumeUse.of(request.hasVolumeCapability(), request.getVolumeCapability());
        if (request.getStagingTargetPath().isEmpty()) {
            throw RpcFailure.failedPrecondition("'staging_target_path' is missing: stage it first, and say where");
        }
        Path staging = VolumePath.of("staging_target_path", request.getStagingTargetPath());
        boolean readOnly = request.getReadonly() || use.mode().readOnly() || use instanceof VolumeUse.Mount mount && mount.options().readOnly();
        DeviceInfo device = devices.find(request.getVolumeId()).orElseThrow(() -> RpcFailure.failedPrecondition(
                "it is not attached to this node: stage it first (NodeStageVolume)"));
        if (device.health().state() == DeviceState.DEAD) {
            throw RpcFailure.failedPrecondition("its device " + device.device() + " is out of service: " + device.health().reason().text()
                    + ". Unpublish and unstage it, then stage it again");
        }
        MountTable table = mounts.table();
        Path source = source(device, use, readOnly, staging, table);
        if (!isPublished(device, use, readOnly, staging, target, table)) {
            if (Target.create(target, use instanceof VolumeUse.Mount)) {
                steps.reached(PublishStep.TARGET_CREATED);
            }
            mounts.bind(source, target, readOnly ? MountOptions.READ_ONLY : MountOptions.NONE);
            steps.reached(PublishStep.BOUND);
        }
        return NodePublishVolumeResponse.getDefaultInstance();
    }

    /** What is bound; it must be staged, and as it is needed. */
    private static Path source(DeviceInfo device, VolumeUse use, boolean readOnly, Path staging, MountTable table) {
        Optional<MountEntry> staged = table.at(staging).filter(entry -> DeviceUses.isFileSystemOf(device, entry));
        if (device.readOnly() && !readOnly) {
            throw RpcFailure.failedPrecondition("it is staged read-only, and not for writing: ask for a read-only publish, or stage it for writing");
        }
        return switch (use) {
            case VolumeUse.Mount _ -> {
                MountEntry entry = staged.orElseThrow(() -> RpcFailure.failedPrecondition("its file system is not mounted at the staging path "
                        + staging + ": stage it there first (NodeStageVolume)"));
                if (entry.readOnly() && !readOnly) {
                    throw RpcFailure.failedPrecondition("its file system is mounted read-only at " + staging
                            + (entry.superOptions().readOnly() ? ", possibly after an error; see the kernel log" : "") + ": unstage it and stage it again");
                }
                yield staging;
            }
            case VolumeUse.Block _ -> {
                if (staged.isPresent()) {
                    throw RpcFailure.failedPrecondition("it is staged as a mount volume, not as a block volume");
                }
                // A pod that asks to read only, of a volume that others write: kubelet gives its container no right to write to the device. A
                // read-only mount of the device's node, which is all that can be done here, keeps nobody from that.
                yield device.device();
            }
        };
    }

    private static boolean isPublished(DeviceInfo device, VolumeUse use, boolean readOnly, Path staging, Path target, MountTable table) {
        Optional<MountEntry> at = table.at(target);
        if (at.isPresent()) {
            requireAsAsked(device, use, readOnly, at.get());
            return true;
        }
        List<MountEntry> others = DeviceUses.of(device, table).stream().filter(entry -> !entry.mountPoint().equals(staging)).toList();
        if (use.mode() == AccessMode.SINGLE_NODE_SINGLE_WRITER && !others.isEmpty()) {
            throw RpcFailure.failedPrecondition("it may be used by one workload alone (ReadWriteOncePod) and is published at " + DeviceUses.points(others)
                    + ": unpublish it there first");
        }
        return false;
    }

    private static void requireAsAsked(DeviceInfo device, VolumeUse use, boolean readOnly, MountEntry at) {
        if (!DeviceUses.isOf(device, at)) {
            throw RpcFailure.failedPrecondition("something else is mounted at " + at.mountPoint() + ": " + at.source() + " (" + at.type() + ")");
        }
        boolean block = use instanceof VolumeUse.Block;
        if (DeviceUses.isBoundNode(at) != block) {
            throw RpcFailure.alreadyExists("it is published at " + at.mountPoint() + " as a " + (block ? "mount" : "block") + " volume: unpublish it first");
        }
        if (!block && at.readOnly() != readOnly) {
            throw RpcFailure.alreadyExists("it is published at " + at.mountPoint() + (readOnly ? " for writing" : " read-only") + ": unpublish it first");
        }
    }
}
