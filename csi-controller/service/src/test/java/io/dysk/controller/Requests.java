package io.dysk.controller;

import io.dysk.csi.CapacityRange;
import io.dysk.csi.ControllerPublishVolumeRequest;
import io.dysk.csi.CreateSnapshotRequest;
import io.dysk.csi.CreateVolumeRequest;
import io.dysk.csi.DeleteVolumeRequest;
import io.dysk.csi.VolumeCapability;
import io.dysk.csi.VolumeCapability.AccessMode.Mode;
import io.dysk.csi.VolumeContentSource;
import io.dysk.rpc.contract.NodeId;

/** Requests as Kubernetes sends them. */
public final class Requests {
    public static final long MIB = 1 << 20;
    public static final String NODE_A = new NodeId("node-a").toString();
    public static final String NODE_B = new NodeId("node-b").toString();

    private Requests() {}

    public static VolumeCapability mounted(Mode mode) {
        return VolumeCapability.newBuilder().setMount(VolumeCapability.MountVolume.newBuilder().setFsType("ext4"))
                .setAccessMode(VolumeCapability.AccessMode.newBuilder().setMode(mode)).build();
    }

    public static VolumeCapability block(Mode mode) {
        return VolumeCapability.newBuilder().setBlock(VolumeCapability.BlockVolume.getDefaultInstance())
                .setAccessMode(VolumeCapability.AccessMode.newBuilder().setMode(mode)).build();
    }

    /** A volume of some MiB. */
    public static CreateVolumeRequest.Builder create(String name, long mebibytes) {
        return CreateVolumeRequest.newBuilder().setName(name)
                .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(mebibytes * MIB))
                .addVolumeCapabilities(mounted(Mode.SINGLE_NODE_WRITER));
    }

    public static VolumeContentSource ofVolume(String id) {
        return VolumeContentSource.newBuilder().setVolume(VolumeContentSource.VolumeSource.newBuilder().setVolumeId(id)).build();
    }

    public static VolumeContentSource ofSnapshot(String id) {
        return VolumeContentSource.newBuilder().setSnapshot(VolumeContentSource.SnapshotSource.newBuilder().setSnapshotId(id)).build();
    }

    public static DeleteVolumeRequest delete(String id) {
        return DeleteVolumeRequest.newBuilder().setVolumeId(id).build();
    }

    public static ControllerPublishVolumeRequest publish(String volume, String node, Mode mode) {
        return ControllerPublishVolumeRequest.newBuilder().setVolumeId(volume).setNodeId(node).setVolumeCapability(mounted(mode)).build();
    }

    public static CreateSnapshotRequest snapshot(String volume, String name) {
        return CreateSnapshotRequest.newBuilder().setSourceVolumeId(volume).setName(name).build();
    }
}
