package io.dysk.node.expand;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.csi.CapacityRange;
import io.dysk.csi.NodeExpandVolumeRequest;
import io.dysk.csi.VolumeCapability.AccessMode.Mode;
import io.dysk.node.fake.FakeNode;
import io.dysk.node.fake.Refusal;
import io.dysk.node.step.ExpandStep;
import io.dysk.node.system.ToolResult;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpandVolumeTest {
    private FakeNode node;

    @BeforeEach
    void start(@TempDir Path folder) {
        node = new FakeNode(folder);
    }

    @Test
    void aPathIsNeeded() {
        Refusal.of(() -> node.expand().answer(NodeExpandVolumeRequest.newBuilder().setVolumeId("x").build(), node.steps.begin()),
                Status.Code.INVALID_ARGUMENT, "volume_path");
    }

    @Test
    void whatIsNotThereIsNotFound() {
        Refusal.of(() -> expand("one", node.staging("one"), 0), Status.Code.NOT_FOUND, "not attached");
        node.stage("one");
        Refusal.of(() -> expand("one", node.target("pod"), 0), Status.Code.NOT_FOUND, node.staging("one").toString());
    }

    @Test
    void aBlobThatIsTooSmallIsTheControllersToMakeLarger() {
        node.stage("one");
        Refusal.of(() -> expand("one", node.staging("one"), node.module.blobBytes + 1), Status.Code.OUT_OF_RANGE, "ControllerExpandVolume");
    }

    @Test
    void aFileSystemThatDoesNotGrowIsAFailureInTheToolsWords() {
        node.stage("one");
        node.tools.set("resize2fs", new ToolResult(1, "", "Device or resource busy"));
        Refusal.of(() -> expand("one", node.staging("one"), 0), Status.Code.INTERNAL, "Device or resource busy");
    }

    @Test
    void aMountThatIsReadOnlyCannotGrow() {
        node.stage("one");
        node.mounts.makeFileSystemReadOnly(node.staging("one"));
        Refusal.of(() -> expand("one", node.staging("one"), 0), Status.Code.FAILED_PRECONDITION, "read-only");
    }

    @Test
    void deviceAndFileSystemGrowAsOftenAsAsked() {
        node.stage("one");
        node.publish("one", "pod", FakeNode.mount("", Mode.SINGLE_NODE_MULTI_WRITER), false);
        node.steps.reached.clear();
        node.module.blobBytes *= 2;
        assertThat(expand("one", node.target("pod"), node.module.blobBytes)).isEqualTo(node.module.blobBytes);
        assertThat(expand("one", node.staging("one"), node.module.blobBytes)).isEqualTo(node.module.blobBytes);
        assertThat(node.steps.reached).containsExactly(ExpandStep.DEVICE_RESIZED, ExpandStep.GROWN, ExpandStep.DEVICE_RESIZED, ExpandStep.GROWN);
        assertThat(node.tools.runs).last().isEqualTo(List.of("resize2fs", "/dev/dysk0"));
    }

    @Test
    void ofABlockVolumeOnlyTheDeviceGrows() {
        node.stage(node.staging("one", FakeNode.block(Mode.SINGLE_NODE_WRITER)));
        node.steps.reached.clear();
        expand("one", node.staging("one"), 0);
        assertThat(node.steps.reached).containsExactly(ExpandStep.DEVICE_RESIZED);
        assertThat(node.tools.runs).isEmpty();
    }

    private long expand(String name, Path path, long required) {
        return node.expand().answer(NodeExpandVolumeRequest.newBuilder().setVolumeId(FakeNode.id(name)).setVolumePath(path.toString())
                .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(required)).build(), node.steps.begin()).getCapacityBytes();
    }
}
