package io.dysk.node.stage;

import io.dysk.csi.NodeUnstageVolumeRequest;
import io.dysk.csi.NodeUnstageVolumeResponse;
import io.dysk.kernel.DeviceInfo;
import io.dysk.kernel.DeviceState;
import io.dysk.kernel.DyskException;
import io.dysk.kernel.Errno;
import io.dysk.kernel.MountEntry;
import io.dysk.node.attach.MountRemoval;
import io.dysk.node.device.DeviceUses;
import io.dysk.node.device.VolumeDevices;
import io.dysk.node.lease.Leases;
import io.dysk.node.step.UnstageStep;
import io.dysk.node.system.MountPoints;
import io.dysk.node.volume.VolumePath;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.step.Steps;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * NodeUnstageVolume: unmounted, detached, and the lease given back if this node took it. What isn't there any more is no failure; what is
 * used elsewhere stays.
 *
 * <p>A device in service is detached in order: all that was written reaches the blob first. One that is out of service can't write
 * anything any more, and is removed whatever still holds on to it.
 */
public final class UnstageVolume {
    private final VolumeDevices devices;
    private final MountPoints mounts;
    private final MountRemoval removal;
    private final Leases leases;

    public UnstageVolume(VolumeDevices devices, MountPoints mounts, MountRemoval removal, Leases leases) {
        this.devices = devices;
        this.mounts = mounts;
        this.removal = removal;
        this.leases = leases;
    }

    public NodeUnstageVolumeResponse answer(NodeUnstageVolumeRequest request, Steps steps) {
        Path path = VolumePath.of("staging_target_path", request.getStagingTargetPath());
        String volumeId = request.getVolumeId();
        devices.findIfLoaded(volumeId).ifPresent(device -> requireUsedOnlyAt(path, device));
        removal.removeAll(volumeId, path, () -> steps.reached(UnstageStep.UNMOUNTED));
        Optional<DeviceInfo> device = devices.findIfLoaded(volumeId);
        if (device.isPresent()) {
            detach(device.get());
            steps.reached(UnstageStep.DETACHED);
        }
        // Only now: what a device still writes needs the lease. Also where nothing was attached, for a call before this one may have been cut off here.
        leases.giveBack(volumeId, steps);
        return NodeUnstageVolumeResponse.getDefaultInstance();
    }

    private void requireUsedOnlyAt(Path path, DeviceInfo device) {
        List<MountEntry> elsewhere = DeviceUses.of(device, mounts.table()).stream().filter(entry -> !entry.mountPoint().equals(path)).toList();
        if (!elsewhere.isEmpty()) {
            throw RpcFailure.failedPrecondition("its device " + device.device() + " is in use at " + DeviceUses.points(elsewhere) + ": unpublish it there first");
        }
    }

    private void detach(DeviceInfo device) {
        try {
            devices.detach(device, device.health().state() == DeviceState.DEAD);
        } catch (DyskException e) {
            if (e.errno().equals(Errno.EBUSY)) {
                throw RpcFailure.of(Status.Code.FAILED_PRECONDITION, "its device " + device.device() + " is open in a process or in another mount"
                        + " name space: end what uses it ('fuser -v " + device.device() + "' names it), then try again", e);
            }
            if (!gone(e.errno())) {
                throw e;
            }
        }
    }

    private static boolean gone(Errno errno) {
        return errno.equals(Errno.ENODEV) || errno.equals(Errno.ENXIO) || errno.equals(Errno.ENOENT) || errno.equals(Errno.ESTALE);
    }
}
