package io.dysk.node.health;

import io.dysk.csi.NodeGetVolumeHealthRequest;
import io.dysk.csi.NodeGetVolumeHealthResponse;
import io.dysk.csi.VolumeHealth;
import io.dysk.kernel.DeviceInfo;
import io.dysk.node.device.DeviceUses;
import io.dysk.node.device.VolumeDevices;
import io.dysk.node.system.MountPoints;
import io.dysk.node.volume.VolumeIds;
import io.dysk.node.volume.VolumePath;
import io.dysk.rpc.call.RpcFailure;
import java.nio.file.Path;

/** NodeGetVolumeHealth (CSI 1.13). */
public final class VolumeHealthReport {
    private final VolumeDevices devices;
    private final MountPoints mounts;

    public VolumeHealthReport(VolumeDevices devices, MountPoints mounts) {
        this.devices = devices;
        this.mounts = mounts;
    }

    public NodeGetVolumeHealthResponse answer(NodeGetVolumeHealthRequest request) {
        String volumeId = VolumeIds.require(request.getVolumeId());
        DeviceInfo device = devices.find(volumeId).orElseThrow(() -> RpcFailure.notFound("it is not attached to this node"));
        if (!request.getVolumePublishPath().isEmpty()) {
            requireAt(device, VolumePath.of("volume_publish_path", request.getVolumePublishPath()));
        }
        VolumeHealth.Builder health = VolumeHealth.newBuilder().setVolumeId(volumeId);
        Diagnosis.of(device, mounts.table()).forEach(symptom -> health.addHealthStatuses(symptom.entry()));
        return NodeGetVolumeHealthResponse.newBuilder().setVolumeHealth(health).build();
    }

    private void requireAt(DeviceInfo device, Path path) {
        if (mounts.table().at(path).filter(entry -> DeviceUses.isOf(device, entry)).isEmpty()) {
            throw RpcFailure.notFound("it is not at " + path);
        }
    }
}
