package io.dysk.csisuite;

import static io.dysk.csisuite.Requests.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.csi.CreateSnapshotRequest;
import io.dysk.csi.CreateVolumeRequest;
import io.dysk.csi.DeleteSnapshotRequest;
import io.dysk.csi.NodeExpandVolumeRequest;
import io.dysk.csi.Snapshot;
import io.dysk.csi.Volume;
import io.dysk.csi.VolumeCapability;
import io.dysk.csi.VolumeCapability.AccessMode;
import io.dysk.csi.VolumeContentSource;
import io.dysk.vm.KernelTest;
import io.dysk.vm.Machine;
import io.dysk.vm.VirtualMachine;
import io.grpc.Status;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All that a volume can be to a pod: a file system of each kind, a raw device, shared for reading, larger, restored, cloned. */
@KernelTest
class VolumeKindsTest extends OnOneNode {
    VolumeKindsTest(@Machine(with = CsiNode.class) VirtualMachine vm) {
        super(vm);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "xfs", "btrfs"})
    void aFileSystemOfThatTypeKeepsItsFilesAndGrowsWhileInUse(String type) {
        VolumeCapability capability = Requests.mounted(type);
        Volume volume = cluster.create(type, 320 * MIB);
        String path = cluster.bring(node, volume, "pod", capability);
        assertThat(vm.output("findmnt -n -o FSTYPE " + path)).isEqualTo(type);
        vm.output("head -c 3000000 /dev/urandom > " + path + "/file && sha256sum " + path + "/file > /root/" + type + " && sync -f " + path + "/file");

        grow(volume, 448 * MIB, path, capability);

        assertThat(size(path)).isGreaterThan(340 * MIB);
        cluster.unmount(node, volume, "pod");
        cluster.unstage(node, volume);
        cluster.unpublish(volume, node);
        cluster.bring(node, volume, "pod", capability);
        vm.output("sha256sum -c /root/" + type);
        cluster.takeAway(node, volume, "pod");
    }

    @Test
    void aRawDeviceIsTheBlobByteByByteAndGrowsWhileInUse() {
        VolumeCapability capability = Requests.block();
        Volume volume = cluster.create("raw", 8 * MIB);
        String path = cluster.bring(node, volume, "pod", capability);
        vm.output("head -c 8388608 /dev/urandom > /root/raw && dd if=/root/raw of=" + path + " bs=1M oflag=direct conv=notrunc");

        assertThat(cluster.storage().blob(volume.getVolumeId()).read(0, 8 << 20)).isEqualTo(vm.get("/root/raw"));
        grow(volume, 12 * MIB, path, capability);
        assertThat(vm.output("blockdev --getsize64 " + path)).isEqualTo(Long.toString(12 * MIB));
        cluster.takeAway(node, volume, "pod");
    }

    @Test
    void aSnapshotAndACloneHaveWhatTheVolumeHadThenAndNothingOfWhatCameLater() {
        VolumeCapability capability = Requests.mounted();
        Volume volume = cluster.create("source", 32 * MIB);
        String path = cluster.bring(node, volume, "pod", capability);
        vm.output("head -c 3000000 /dev/urandom > " + path + "/then && sync -f " + path + "/then && cd " + path + " && sha256sum then > /root/then");
        Snapshot snapshot = cluster.controller().csi().controller().createSnapshot(
                CreateSnapshotRequest.newBuilder().setSourceVolumeId(volume.getVolumeId()).setName("s").build()).getSnapshot();
        Volume cloned = from("cloned", 32 * MIB, VolumeContentSource.newBuilder().setVolume(
                VolumeContentSource.VolumeSource.newBuilder().setVolumeId(volume.getVolumeId())).build());
        vm.output("rm " + path + "/then && echo later > " + path + "/later && sync -f " + path + "/later");
        Volume restored = from("restored", 64 * MIB, VolumeContentSource.newBuilder().setSnapshot(
                VolumeContentSource.SnapshotSource.newBuilder().setSnapshotId(snapshot.getSnapshotId())).build());

        String ofClone = cluster.bring(node, cloned, "pod-2", capability);
        String ofRestored = cluster.bring(node, restored, "pod-3", capability);

        vm.output("cd " + ofClone + " && sha256sum -c /root/then && [ ! -e later ]");
        vm.output("cd " + ofRestored + " && sha256sum -c /root/then && [ ! -e later ] && echo mine > mine");
        assertThat(size(ofRestored)).as("the file system has grown with the volume").isGreaterThan(40 * MIB);
        assertThat(vm.output("ls " + path)).contains("later").doesNotContain("mine");
        cluster.takeAway(node, cloned, "pod-2");
        cluster.takeAway(node, restored, "pod-3");
        cluster.takeAway(node, volume, "pod");
        cluster.controller().csi().controller().deleteSnapshot(DeleteSnapshotRequest.newBuilder().setSnapshotId(snapshot.getSnapshotId()).build());
    }

    @Test
    void aVolumeForReadingIsAttachedOnceForAllPodsOfANodeAndTakesNoWrites() {
        VolumeCapability writing = Requests.mounted();
        VolumeCapability reading = Requests.mounted("", AccessMode.Mode.MULTI_NODE_READER_ONLY);
        Volume volume = cluster.create("shared", 16 * MIB);
        String path = cluster.bring(node, volume, "writer", writing);
        vm.output("echo shared > " + path + "/file && sync -f " + path + "/file");
        cluster.takeAway(node, volume, "writer");
        long written = cluster.storage().writes(volume.getVolumeId()).size();

        Map<String, String> context = cluster.controller().csi().controller().controllerPublishVolume(
                Requests.publish(volume, node, reading).setReadonly(true).build()).getPublishContextMap();
        cluster.stage(node, volume, context, reading);
        String first = cluster.mount(node, volume, "reader-1", context, reading);
        String second = cluster.mount(node, volume, "reader-2", context, reading);

        assertThat(node.devices()).hasSize(1);
        assertThat(vm.output("cat " + first + "/file " + second + "/file")).isEqualTo("shared\nshared");
        assertThat(vm.run("touch " + first + "/new").succeeded()).isFalse();
        assertThat(Csi.failure(() -> cluster.publish(volume, node, writing)).getCode()).as("no writer beside readers")
                .isIn(Status.Code.FAILED_PRECONDITION, Status.Code.ALREADY_EXISTS);
        cluster.unmount(node, volume, "reader-1");
        assertThat(vm.output("cat " + second + "/file")).isEqualTo("shared");
        cluster.takeAway(node, volume, "reader-2");
        assertThat(cluster.storage().writes(volume.getVolumeId())).as("readers wrote nothing").hasSize((int) written);
    }

    @Test
    void aVolumeOfOnePodOnlyIsRefusedToAnother() {
        VolumeCapability capability = Requests.mounted("", AccessMode.Mode.SINGLE_NODE_SINGLE_WRITER);
        Volume volume = cluster.create("one-pod", 16 * MIB);
        Map<String, String> context = cluster.publish(volume, node, capability);
        cluster.stage(node, volume, context, capability);
        cluster.mount(node, volume, "pod-1", context, capability);

        Status refused = Csi.failure(() -> cluster.mount(node, volume, "pod-2", context, capability));

        assertThat(refused.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(refused.getDescription()).contains(volume.getVolumeId(), Requests.target(volume, "pod-1"));
        cluster.takeAway(node, volume, "pod-1");
    }

    private void grow(Volume volume, long bytes, String path, VolumeCapability capability) {
        assertThat(cluster.controller().csi().controller().controllerExpandVolume(Requests.expand(volume, bytes, capability).build())
                .getNodeExpansionRequired()).isTrue();
        NodeExpandVolumeRequest expand = Requests.nodeExpand(volume, path, capability).build();
        assertThat(node.csi().node().nodeExpandVolume(expand).getCapacityBytes()).isEqualTo(bytes);
    }

    private Volume from(String name, long bytes, VolumeContentSource source) {
        CreateVolumeRequest request = Requests.create(name, bytes).setVolumeContentSource(source).build();
        return cluster.controller().csi().controller().createVolume(request).getVolume();
    }

    private long size(String path) {
        return Long.parseLong(vm.output("df -B1 --output=size " + path + " | tail -1").strip());
    }
}
