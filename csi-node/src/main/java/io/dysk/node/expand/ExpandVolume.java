package io.dysk.node.expand;

import io.dysk.csi.CapacityRange;
import io.dysk.csi.NodeExpandVolumeRequest;
import io.dysk.csi.NodeExpandVolumeResponse;
import io.dysk.kernel.DeviceInfo;
import io.dysk.kernel.DyskControl;
import io.dysk.kernel.MountEntry;
import io.dysk.node.device.DeviceUses;
import io.dysk.node.device.VolumeDevices;
import io.dysk.node.filesystem.FileSystemGrowth;
import io.dysk.node.step.ExpandStep;
import io.dysk.node.system.MountPoints;
import io.dysk.node.volume.VolumePath;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.step.Steps;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/**
 * NodeExpandVolume: the device takes over the blob's size, which the controller has raised, and the file system, if one is mounted, grows
 * to it. While it is in use; called again, it finds nothing to do.
 */
public final class ExpandVolume {
    private final DyskControl control;
    private final VolumeDevices devices;
    private final MountPoints mounts;
    private final FileSystemGrowth growth;

    public ExpandVolume(DyskControl control, VolumeDevices devices, MountPoints mounts, FileSystemGrowth growth) {
        this.control = control;
        this.devices = devices;
        this.mounts = mounts;
        this.growth = growth;
    }

    public NodeExpandVolumeResponse answer(NodeExpandVolumeRequest request, Steps steps) {
        Path path = VolumePath.ofVolume("volume_path", request.getVolumePath());
        DeviceInfo device = devices.find(request.getVolumeId()).orElseThrow(() -> RpcFailure.notFound("it is not attached to this node"));
        List<MountEntry> uses = DeviceUses.of(device, mounts.table());
        List<MountEntry> mounted = uses.stream().filter(entry -> !DeviceUses.isBoundNode(entry)).toList();
        boolean there = uses.stream().anyMatch(entry -> entry.mountPoint().equals(path));
        // A block volume's staging path is a directory that nothing is mounted on.
        if (!there && (!mounted.isEmpty() || !Files.exists(path, LinkOption.NOFOLLOW_LINKS))) {
            throw RpcFailure.notFound("it is not at " + path + (uses.isEmpty() ? "" : " but at " + DeviceUses.points(uses)));
        }
        long size = control.resize(device.index(), device.attachId());
        steps.reached(ExpandStep.DEVICE_RESIZED);
        requireWithin(request.getCapacityRange(), size);
        if (!mounted.isEmpty()) {
            MountEntry writable = mounted.stream().filter(entry -> !entry.readOnly()).findFirst().orElseThrow(() -> RpcFailure.failedPrecondition(
                    "its file system is mounted read-only at " + DeviceUses.points(mounted) + " and can't grow: stage it for writing"));
            growth.grow(writable.type(), device.device(), writable.mountPoint());
            steps.reached(ExpandStep.GROWN);
        }
        return NodeExpandVolumeResponse.newBuilder().setCapacityBytes(size).build();
    }

    private static void requireWithin(CapacityRange range, long size) {
        if (range.getRequiredBytes() < 0 || range.getLimitBytes() < 0) {
            throw RpcFailure.invalidArgument("the capacity range has a negative number");
        }
        if (size < range.getRequiredBytes()) {
            throw RpcFailure.outOfRange("its blob has " + size + " bytes, and " + range.getRequiredBytes()
                    + " are asked for: let the controller make it larger first (ControllerExpandVolume)");
        }
        if (range.getLimitBytes() > 0 && size > range.getLimitBytes()) {
            throw RpcFailure.outOfRange("its blob has " + size + " bytes, which is more than the limit of " + range.getLimitBytes()
                    + ", and can't be made smaller");
        }
    }
}
