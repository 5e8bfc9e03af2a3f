package io.dysk.csisuite;

import static io.dysk.csisuite.Requests.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.FaultRule;
import io.dysk.csi.CapacityRange;
import io.dysk.csi.ControllerGrpc;
import io.dysk.csi.ControllerModifyVolumeRequest;
import io.dysk.csi.CreateSnapshotRequest;
import io.dysk.csi.DeleteVolumeRequest;
import io.dysk.csi.NodeGetVolumeStatsRequest;
import io.dysk.csi.Volume;
import io.dysk.csi.VolumeCapability;
import io.dysk.csi.VolumeCapability.AccessMode;
import io.dysk.csi.VolumeContentSource;
import io.dysk.rpc.contract.NodeId;
import io.dysk.vm.KernelTest;
import io.dysk.vm.Machine;
import io.dysk.vm.VirtualMachine;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Wrong calls of every kind: each is refused with its code and a message that names the volume, what was wrong and what to do, and
 * with no secret in it.
 */
@KernelTest
class MessagesTest extends OnOneNode {
    private static final VolumeCapability MOUNT = Requests.mounted();
    private static final String OTHER_NODE = new NodeId("other").toString();

    MessagesTest(@Machine(with = CsiNode.class) VirtualMachine vm) {
        super(vm);
    }

    /** What must be in the message; the volume's id or name first. */
    private record Wrong(String what, ThrowingCallable call, Code code, String... says) {
    }

    @TestFactory
    Stream<DynamicTest> refused() {
        Volume volume = cluster.create("there", 16 * MIB);
        String id = volume.getVolumeId();
        String missing = Storage.ACCOUNT + "/" + Storage.CONTAINER + "/missing";
        Volume gone = Volume.newBuilder().setVolumeId(missing).build();
        Supplier<ControllerGrpc.ControllerBlockingStub> controller = () -> cluster.controller().csi().controller();
        Map<String, String> context = cluster.publish(volume, node, MOUNT);
        vm.output("mkdir -p " + Requests.staging(volume));
        return Stream.of(
                new Wrong("a parameter that nobody knows", () -> controller.get().createVolume(
                        Requests.create("unknown-parameter", MIB).putParameters("colour", "red").build()), Code.INVALID_ARGUMENT,
                        "unknown-parameter", "colour"),
                new Wrong("a value that can't be", () -> controller.get().createVolume(
                        Requests.create("bad-value", MIB).putParameters("fsType", "ntfs").build()), Code.INVALID_ARGUMENT,
                        "bad-value", "fsType", "ext4"),
                new Wrong("the same name with another size", () -> controller.get().createVolume(Requests.create("there", 32 * MIB).build()),
                        Code.ALREADY_EXISTS, "there"),
                new Wrong("a size below that of the source", () -> controller.get().createVolume(Requests.create("small-clone", 8 * MIB)
                        .setCapacityRange(CapacityRange.newBuilder().setLimitBytes(8 * MIB))
                        .setVolumeContentSource(VolumeContentSource.newBuilder().setVolume(VolumeContentSource.VolumeSource.newBuilder()
                                .setVolumeId(id))).build()), Code.OUT_OF_RANGE, "small-clone"),
                new Wrong("a source that is not there", () -> controller.get().createVolume(Requests.create("clone-of-nothing", MIB)
                        .setVolumeContentSource(VolumeContentSource.newBuilder().setVolume(VolumeContentSource.VolumeSource.newBuilder()
                                .setVolumeId(missing))).build()), Code.NOT_FOUND, "clone-of-nothing", "missing"),
                new Wrong("many writers", () -> controller.get().createVolume(Requests.create("many-writers", MIB).clearVolumeCapabilities()
                        .addVolumeCapabilities(Requests.mounted("", AccessMode.Mode.MULTI_NODE_MULTI_WRITER)).build()),
                        Code.INVALID_ARGUMENT, "many-writers", "MULTI_NODE_MULTI_WRITER"),
                new Wrong("an account that is not ours", () -> controller.get().createVolume(
                        Requests.create("elsewhere", MIB).putParameters("account", "unknownaccount").build()), Code.INVALID_ARGUMENT,
                        "elsewhere", "it has [" + Storage.ACCOUNT),
                new Wrong("publishing what is not there", () -> controller.get().controllerPublishVolume(Requests.publish(gone, node, MOUNT).build()),
                        Code.NOT_FOUND, missing),
                new Wrong("publishing where it is not", () -> controller.get().controllerPublishVolume(
                        Requests.publish(volume, OTHER_NODE, MOUNT).build()), Code.FAILED_PRECONDITION, id, node.id()),
                new Wrong("publishing to no node of ours", () -> controller.get().controllerPublishVolume(
                        Requests.publish(volume, "somewhere", MOUNT).build()), Code.NOT_FOUND, id, "somewhere"),
                new Wrong("deleting what is in use", () -> controller.get().deleteVolume(
                        DeleteVolumeRequest.newBuilder().setVolumeId(id).build()), Code.FAILED_PRECONDITION, id, node.id()),
                new Wrong("a snapshot of what is not there", () -> controller.get().createSnapshot(
                        CreateSnapshotRequest.newBuilder().setSourceVolumeId(missing).setName("s").build()), Code.NOT_FOUND, missing),
                new Wrong("growing beyond a blob", () -> controller.get().controllerExpandVolume(
                        Requests.expand(volume, 9L << 40, MOUNT).build()), Code.OUT_OF_RANGE, id),
                new Wrong("changing what can't be changed", () -> controller.get().controllerModifyVolume(ControllerModifyVolumeRequest.newBuilder()
                        .setVolumeId(id).putMutableParameters("fsType", "xfs").build()), Code.INVALID_ARGUMENT, id, "fsType"),
                new Wrong("a secret with another key", () -> controller.get().controllerExpandVolume(Requests.expand(volume, 32 * MIB, MOUNT)
                        .putAllSecrets(Map.of("accountname", Storage.ACCOUNT, "accountkey", Storage.randomKey(), "endpoint",
                                cluster.storage().url())).build()), Code.UNAUTHENTICATED, id),
                new Wrong("half a secret", () -> controller.get().controllerExpandVolume(Requests.expand(volume, 32 * MIB, MOUNT)
                        .putSecrets("accountname", Storage.ACCOUNT).build()), Code.UNAUTHENTICATED, id, "accountkey"),
                new Wrong("a service that is overloaded", () -> {
                    cluster.storage().server().faults().add(new FaultRule(null, null, null, null, null, 0, 0),
                            new Fault(Fault.Kind.ANSWER, 503, "ServerBusy", -1, 0, 0));
                    try {
                        controller.get().controllerExpandVolume(Requests.expand(volume, 32 * MIB, MOUNT).build());
                    } finally {
                        cluster.storage().server().faults().clear();
                    }
                }, Code.UNAVAILABLE, id),
                new Wrong("staging where there is no directory", () -> node.csi().node().nodeStageVolume(
                        Requests.stage(volume, context, MOUNT).setStagingTargetPath(Node.KUBELET + "/nowhere").build()),
                        Code.FAILED_PRECONDITION, id, Node.KUBELET + "/nowhere"),
                new Wrong("staging without a publish context", () -> node.csi().node().nodeStageVolume(
                        Requests.stage(volume, Map.of(), MOUNT).build()), Code.INVALID_ARGUMENT, id, "ControllerPublishVolume"),
                new Wrong("staging with a lease that is not in force", () -> node.csi().node().nodeStageVolume(Requests.stage(volume, context, MOUNT)
                        .putPublishContext("lease", "00000000-0000-4000-8000-000000000000").build()), Code.FAILED_PRECONDITION, id),
                new Wrong("staging as many writers", () -> node.csi().node().nodeStageVolume(Requests.stage(volume, context,
                        Requests.mounted("", AccessMode.Mode.MULTI_NODE_MULTI_WRITER)).build()), Code.FAILED_PRECONDITION, id,
                        "MULTI_NODE_MULTI_WRITER"),
                new Wrong("a file system that we don't make", () -> node.csi().node().nodeStageVolume(
                        Requests.stage(volume, context, Requests.mounted("ntfs")).build()), Code.INVALID_ARGUMENT, id, "ntfs"),
                new Wrong("a wrong key on the node", () -> node.csi().node().nodeStageVolume(Requests.stage(volume, context, MOUNT)
                        .putSecrets("accountname", Storage.ACCOUNT).putSecrets("accountkey", Storage.randomKey()).build()),
                        Code.UNAUTHENTICATED, id),
                new Wrong("mounting what is not staged", () -> node.csi().node().nodePublishVolume(
                        Requests.nodePublish(volume, "pod", context, MOUNT).build()), Code.FAILED_PRECONDITION, id),
                new Wrong("figures of what is not there", () -> node.csi().node().nodeGetVolumeStats(NodeGetVolumeStatsRequest.newBuilder()
                        .setVolumeId(missing).setVolumePath("/mnt").build()), Code.NOT_FOUND, missing),
                new Wrong("growing what is not there", () -> node.csi().node().nodeExpandVolume(
                        Requests.nodeExpand(gone, "/mnt", MOUNT).build()), Code.NOT_FOUND, missing))
                .map(wrong -> DynamicTest.dynamicTest(wrong.what(), () -> check(wrong)));
    }

    private void check(Wrong wrong) {
        Status refused = Csi.failure(wrong.call());
        assertThat(refused.getCode()).as("%s", refused).isEqualTo(wrong.code());
        // More than a name and a code: what was wrong, and what to do.
        assertThat(refused.getDescription()).contains(wrong.says()).hasSizeGreaterThan(40)
                .doesNotContain("Exception", cluster.storage().key(), "null");
        assertThat(node.devices()).as("nothing is attached for it").isEmpty();
    }
}
