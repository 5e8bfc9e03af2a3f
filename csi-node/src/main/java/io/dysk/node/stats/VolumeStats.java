package io.dysk.node.stats;

import io.dysk.csi.NodeGetVolumeStatsRequest;
import io.dysk.csi.NodeGetVolumeStatsResponse;
import io.dysk.csi.VolumeCondition;
import io.dysk.csi.VolumeUsage;
import io.dysk.kernel.DeviceInfo;
import io.dysk.kernel.DeviceState;
import io.dysk.kernel.FileSystemSpace;
import io.dysk.kernel.MountEntry;
import io.dysk.kernel.MountTable;
import io.dysk.node.device.DeviceUses;
import io.dysk.node.device.VolumeDevices;
import io.dysk.node.health.Diagnosis;
import io.dysk.node.health.Symptom;
import io.dysk.node.system.MountPoints;
import io.dysk.node.volume.VolumeIds;
import io.dysk.node.volume.VolumePath;
import io.dysk.rpc.call.RpcFailure;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * NodeGetVolumeStats. The module is asked how the device is before its file system is; one that waits or is out of service isn't
 * touched, and its condition says why there are no figures.
 */
public final class VolumeStats {
    private final VolumeDevices devices;
    private final MountPoints mounts;
    private final SpaceProbe space;

    public VolumeStats(VolumeDevices devices, MountPoints mounts, SpaceProbe space) {
        this.devices = devices;
        this.mounts = mounts;
        this.space = space;
    }

    public NodeGetVolumeStatsResponse answer(NodeGetVolumeStatsRequest request) {
        String volumeId = VolumeIds.require(request.getVolumeId());
        Path path = VolumePath.ofVolume("volume_path", request.getVolumePath());
        DeviceInfo device = devices.find(volumeId).orElseThrow(() -> RpcFailure.notFound("it is not attached to this node"));
        MountTable table = mounts.table();
        MountEntry at = table.at(path).filter(entry -> DeviceUses.isOf(device, entry)).orElseThrow(() -> RpcFailure.notFound("it is not at " + path));
        List<Symptom> symptoms = Diagnosis.of(device, table);
        NodeGetVolumeStatsResponse.Builder response = NodeGetVolumeStatsResponse.newBuilder();
        if (DeviceUses.isBoundNode(at)) {
            response.addUsage(VolumeUsage.newBuilder().setUnit(VolumeUsage.Unit.BYTES).setTotal(device.capacityBytes()));
        } else if (answers(device)) {
            Optional<FileSystemSpace> found = space.of(path);
            if (found.isEmpty()) {
                return response.setVolumeCondition(VolumeCondition.newBuilder().setAbnormal(true).setMessage(
                        "the file system doesn't answer: the storage service may be slow, see the kernel log of the node")).build();
            }
            response.addUsage(bytes(found.get()));
            if (found.get().totalInodes() > 0) {
                response.addUsage(inodes(found.get()));
            }
        }
        return response.setVolumeCondition(condition(symptoms)).build();
    }

    private static boolean answers(DeviceInfo device) {
        return device.health().state() == DeviceState.LIVE || device.health().state() == DeviceState.FENCING;
    }

    private static VolumeUsage bytes(FileSystemSpace found) {
        return VolumeUsage.newBuilder().setUnit(VolumeUsage.Unit.BYTES).setTotal(found.totalBytes()).setUsed(found.usedBytes())
                .setAvailable(found.availableBytes()).build();
    }

    private static VolumeUsage inodes(FileSystemSpace found) {
        return VolumeUsage.newBuilder().setUnit(VolumeUsage.Unit.INODES).setTotal(found.totalInodes()).setUsed(found.usedInodes())
                .setAvailable(found.freeInodes()).build();
    }

    private static VolumeCondition condition(List<Symptom> symptoms) {
        if (symptoms.isEmpty()) {
            return VolumeCondition.newBuilder().setMessage("in service").build();
        }
        return VolumeCondition.newBuilder().setAbnormal(true).setMessage(String.join("; ", symptoms.stream().map(Symptom::message).toList())).build();
    }
}
