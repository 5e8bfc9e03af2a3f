package io.dysk.node.stage;

import io.dysk.csi.NodeStageVolumeRequest;
import io.dysk.csi.NodeStageVolumeResponse;
import io.dysk.kernel.DeviceInfo;
import io.dysk.node.attach.AttachOrder;
import io.dysk.node.attach.VolumeAttacher;
import io.dysk.node.filesystem.FileSystemGrowth;
import io.dysk.node.filesystem.FileSystemRequest;
import io.dysk.node.filesystem.ReadyFileSystem;
import io.dysk.node.filesystem.VolumeFileSystem;
import io.dysk.node.lease.Leases;
import io.dysk.node.step.StageStep;
import io.dysk.node.system.MountPoints;
import io.dysk.node.volume.VolumeParameters;
import io.dysk.node.volume.VolumePath;
import io.dysk.node.volume.VolumeUse;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.contract.PublishContext;
import io.dysk.rpc.step.Steps;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * NodeStageVolume: the lease taken if that is this node's to do, the device attached and, for a mount volume, its file system mounted at the
 * staging path. Called again, it goes on where it was cut off; what is there and as asked for is left as it is.
 */
public final class StageVolume {
    private final Leases leases;
    private final VolumeAttacher attacher;
    private final StagedState staged;
    private final VolumeFileSystem fileSystems;
    private final FileSystemGrowth growth;
    private final MountPoints mounts;
    private final FailedStage failed;

    public StageVolume(Leases leases, VolumeAttacher attacher, StagedState staged, VolumeFileSystem fileSystems, FileSystemGrowth growth, MountPoints mounts,
            FailedStage failed) {
        this.leases = leases;
        this.attacher = attacher;
        this.staged = staged;
        this.fileSystems = fileSystems;
        this.growth = growth;
        this.mounts = mounts;
        this.failed = failed;
    }

    public NodeStageVolumeResponse answer(NodeStageVolumeRequest request, Steps steps) {
        Path path = VolumePath.of("staging_target_path", request.getStagingTargetPath());
        VolumeUse use = VolumeUse.of(request.hasVolumeCapability(), request.getVolumeCapability(), request.getVolumeContextMap());
        VolumeParameters parameters = VolumeParameters.parse(request.getVolumeContextMap());
        Leases.Lease lease = leases.of(request);
        switch (use) {
            case VolumeUse.Block _ -> staged.requireNotMounted(request.getVolumeId(), path);
            case VolumeUse.Mount mount -> {
                VolumeFileSystem.wanted(mount.fileSystem());
                requireFolder(path);
            }
        }
        boolean mayUndo = leases.takenHere() && !staged.isInUse(request.getVolumeId());
        try {
            stage(request, path, use, parameters, lease.take(steps), steps);
        } catch (RuntimeException e) {
            throw mayUndo ? failed.undo(request, e, steps) : e;
        }
        return NodeStageVolumeResponse.getDefaultInstance();
    }

    private void stage(NodeStageVolumeRequest request, Path path, VolumeUse use, VolumeParameters parameters, PublishContext context, Steps steps) {
        boolean readOnly = context.readOnly() || use.mode().readOnly();
        AttachOrder order = new AttachOrder(request.getVolumeId(), context, readOnly, parameters.limits(), request.getSecretsMap());
        switch (use) {
            case VolumeUse.Block _ -> attacher.attach(order, steps);
            case VolumeUse.Mount mount -> stageMount(order, mount, parameters, path, steps);
        }
    }

    private void stageMount(AttachOrder order, VolumeUse.Mount use, VolumeParameters parameters, Path path, Steps steps) {
        boolean mounted = staged.isMounted(order, use, path, steps);
        DeviceInfo device = attacher.attach(order, steps);
        ReadyFileSystem fileSystem;
        if (mounted) {
            fileSystem = fileSystems.mounted(device, staged.typeAt(path));
        } else {
            fileSystem = fileSystems.prepare(device, new FileSystemRequest(order.volumeId(), use.fileSystem(), order.context(), parameters.mkfsOptions(),
                    order.readOnly()), steps);
            mounts.mount(device.device(), path, fileSystem.type(), fileSystem.mountOptions(use.options(), order.readOnly()));
            steps.reached(StageStep.MOUNTED);
        }
        boolean writable = !order.readOnly() && !use.options().readOnly();
        if (writable && fileSystem.smallerThan(device.capacityBytes())) {
            growth.grow(fileSystem.type(), device.device(), path);
            steps.reached(StageStep.GROWN);
        }
    }

    private static void requireFolder(Path path) {
        if (!Files.isDirectory(path)) {
            throw RpcFailure.failedPrecondition("the staging path " + path + " is not a directory: the caller has to make it");
        }
    }
}
