package io.dysk.csisuite;

import io.dysk.csi.CapacityRange;
import io.dysk.csi.ControllerExpandVolumeRequest;
import io.dysk.csi.ControllerPublishVolumeRequest;
import io.dysk.csi.ControllerUnpublishVolumeRequest;
import io.dysk.csi.CreateVolumeRequest;
import io.dysk.csi.NodeExpandVolumeRequest;
import io.dysk.csi.NodePublishVolumeRequest;
import io.dysk.csi.NodeStageVolumeRequest;
import io.dysk.csi.NodeUnpublishVolumeRequest;
import io.dysk.csi.NodeUnstageVolumeRequest;
import io.dysk.csi.Volume;
import io.dysk.csi.VolumeCapability;
import io.dysk.csi.VolumeCapability.AccessMode;
import java.util.Map;

/** Requests as the sidecars and kubelet make them, as builders, so that a test can say what is different in its case. */
final class Requests {
    static final long MIB = 1L << 20;

    private Requests() {
    }

    /** One node, a file system of the default type. */
    static VolumeCapability mounted() {
        return mounted("");
    }

    static VolumeCapability mounted(String fsType) {
        return mounted(fsType, AccessMode.Mode.SINGLE_NODE_WRITER);
    }

    static VolumeCapability mounted(String fsType, AccessMode.Mode mode) {
        return VolumeCapability.newBuilder().setMount(VolumeCapability.MountVolume.newBuilder().setFsType(fsType))
                .setAccessMode(AccessMode.newBuilder().setMode(mode)).build();
    }

    /** One node, the block device itself. */
    static VolumeCapability block() {
        return block(AccessMode.Mode.SINGLE_NODE_WRITER);
    }

    static VolumeCapability block(AccessMode.Mode mode) {
        return VolumeCapability.newBuilder().setBlock(VolumeCapability.BlockVolume.getDefaultInstance())
                .setAccessMode(AccessMode.newBuilder().setMode(mode)).build();
    }

    static CreateVolumeRequest.Builder create(String name, long bytes) {
        return CreateVolumeRequest.newBuilder().setName(name).setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(bytes))
                .addVolumeCapabilities(mounted()).putParameters("container", Storage.CONTAINER);
    }

    static ControllerPublishVolumeRequest.Builder publish(Volume volume, Node node, VolumeCapability capability) {
        return publish(volume, node.id(), capability);
    }

    static ControllerPublishVolumeRequest.Builder publish(Volume volume, String nodeId, VolumeCapability capability) {
        return ControllerPublishVolumeRequest.newBuilder().setVolumeId(volume.getVolumeId()).setNodeId(nodeId).setVolumeCapability(capability)
                .putAllVolumeContext(volume.getVolumeContextMap());
    }

    static ControllerUnpublishVolumeRequest unpublish(Volume volume, String nodeId) {
        return ControllerUnpublishVolumeRequest.newBuilder().setVolumeId(volume.getVolumeId()).setNodeId(nodeId).build();
    }

    static ControllerExpandVolumeRequest.Builder expand(Volume volume, long bytes, VolumeCapability capability) {
        return ControllerExpandVolumeRequest.newBuilder().setVolumeId(volume.getVolumeId()).setVolumeCapability(capability)
                .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(bytes));
    }

    // ---- on a node --------------------------------------------------------------------------------------------------

    /** Where kubelet stages a volume: one folder for each. */
    static String staging(Volume volume) {
        return Node.KUBELET + "/plugins/" + Integer.toHexString(volume.getVolumeId().hashCode()) + "/globalmount";
    }

    /** Where a pod has a volume. */
    static String target(Volume volume, String pod) {
        return Node.KUBELET + "/pods/" + pod + "/" + Integer.toHexString(volume.getVolumeId().hashCode()) + "/mount";
    }

    static NodeStageVolumeRequest.Builder stage(Volume volume, Map<String, String> publishContext, VolumeCapability capability) {
        return NodeStageVolumeRequest.newBuilder().setVolumeId(volume.getVolumeId()).putAllPublishContext(publishContext)
                .setStagingTargetPath(staging(volume)).setVolumeCapability(capability).putAllVolumeContext(volume.getVolumeContextMap());
    }

    static NodePublishVolumeRequest.Builder nodePublish(Volume volume, String pod, Map<String, String> publishContext,
            VolumeCapability capability) {
        return NodePublishVolumeRequest.newBuilder().setVolumeId(volume.getVolumeId()).putAllPublishContext(publishContext)
                .setStagingTargetPath(staging(volume)).setTargetPath(target(volume, pod)).setVolumeCapability(capability)
                .putAllVolumeContext(volume.getVolumeContextMap());
    }

    static NodeUnpublishVolumeRequest nodeUnpublish(Volume volume, String pod) {
        return NodeUnpublishVolumeRequest.newBuilder().setVolumeId(volume.getVolumeId()).setTargetPath(target(volume, pod)).build();
    }

    static NodeUnstageVolumeRequest unstage(Volume volume) {
        return NodeUnstageVolumeRequest.newBuilder().setVolumeId(volume.getVolumeId()).setStagingTargetPath(staging(volume)).build();
    }

    static NodeExpandVolumeRequest.Builder nodeExpand(Volume volume, String path, VolumeCapability capability) {
        return NodeExpandVolumeRequest.newBuilder().setVolumeId(volume.getVolumeId()).setVolumePath(path).setStagingTargetPath(staging(volume))
                .setVolumeCapability(capability);
    }
}
