package io.dysk.node.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.csi.VolumeCapability;
import io.dysk.csi.VolumeCapability.AccessMode.Mode;
import io.dysk.kernel.DeviceState;
import io.dysk.kernel.Reason;
import io.dysk.node.fake.FakeNode;
import io.dysk.node.fake.Refusal;
import io.dysk.node.step.PublishStep;
import io.dysk.node.step.UnpublishStep;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishVolumeTest {
    private static final VolumeCapability MANY = FakeNode.mount("", Mode.SINGLE_NODE_MULTI_WRITER);
    private static final VolumeCapability ONE = FakeNode.mount("", Mode.SINGLE_NODE_SINGLE_WRITER);
    private static final VolumeCapability BLOCK = FakeNode.block(Mode.SINGLE_NODE_WRITER);

    private FakeNode node;

    @BeforeEach
    void start(@TempDir Path folder) {
        node = new FakeNode(folder);
    }

    @Test
    void whatIsNotStagedIsNotPublished() {
        Refusal.of(() -> node.publish("one", "pod", MANY, false), Status.Code.FAILED_PRECONDITION, "NodeStageVolume");
        node.stage(node.staging("one", BLOCK));
        Refusal.of(() -> node.publish("one", "pod", MANY, false), Status.Code.FAILED_PRECONDITION, node.staging("one").toString());
        assertThat(node.target("pod")).doesNotExist();
    }

    @Test
    void whatIsStagedAsMountIsNoBlockVolume() {
        node.stage("one");
        Refusal.of(() -> node.publish("one", "pod", BLOCK, false), Status.Code.FAILED_PRECONDITION, "not as a block volume");
    }

    @Test
    void whatIsOutOfServiceIsNotPublished() {
        node.stage("one");
        node.module.state(0, DeviceState.DEAD, Reason.FENCED);
        Refusal.of(() -> node.publish("one", "pod", MANY, false), Status.Code.FAILED_PRECONDITION, "out of service", "a later attachment");
    }

    @Test
    void aFileSystemThatMadeItselfReadOnlyIsNotPublishedForWriting() {
        node.stage("one");
        node.mounts.makeFileSystemReadOnly(node.staging("one"));
        Refusal.of(() -> node.publish("one", "pod", MANY, false), Status.Code.FAILED_PRECONDITION, "kernel log");
    }

    @Test
    void forOneWorkloadAloneThereIsNoSecondTarget() {
        node.stage("one");
        node.publish("one", "first", ONE, false);
        node.publish("one", "first", ONE, false);
        Refusal.of(() -> node.publish("one", "second", ONE, false), Status.Code.FAILED_PRECONDITION, node.target("first").toString());
    }

    @Test
    void theSameTargetOtherwiseIsThereAlready() {
        node.stage("one");
        node.publish("one", "pod", MANY, false);
        Refusal.of(() -> node.publish("one", "pod", MANY, true), Status.Code.ALREADY_EXISTS, "for writing");
    }

    @Test
    void somethingElseAtTheTargetStays() throws IOException {
        node.stage("one");
        Files.createDirectory(node.target("pod"));
        node.mounts.other(node.target("pod"));
        Refusal.of(() -> node.publish("one", "pod", MANY, false), Status.Code.FAILED_PRECONDITION, "/dev/sda1");
        Refusal.of(() -> node.unpublish("one", "pod"), Status.Code.FAILED_PRECONDITION, "/dev/sda1");
    }

    @Test
    void aFileIsNoTargetForADirectory() throws IOException {
        node.stage("one");
        Files.createFile(node.target("pod"));
        Refusal.of(() -> node.publish("one", "pod", MANY, false), Status.Code.FAILED_PRECONDITION, "not a directory");
    }

    @Test
    void theFolderOfTheTargetIsTheCallersToMake() {
        node.stage("one");
        Refusal.of(() -> node.publish("one", "gone/deep", MANY, false), Status.Code.FAILED_PRECONDITION, "the caller has to make it");
    }

    /** What a container may do with the device is kubelet's to say. */
    @Test
    void aBlockVolumeOfOthersWhoWriteCanBePublishedForReading() {
        node.stage(node.staging("one", BLOCK));
        node.publish("one", "pod", BLOCK, true);
        assertThat(node.mounts.calls).endsWith("bind /dev/dysk0 " + node.target("pod") + " read-only");
    }

    @Test
    void severalTargetsShareAVolume() {
        node.stage("one");
        node.publish("one", "first", MANY, false);
        node.publish("one", "second", MANY, true);
        assertThat(node.mounts.calls).endsWith("bind " + node.staging("one") + " " + node.target("first"),
                "bind " + node.staging("one") + " " + node.target("second") + " read-only");
    }

    @Test
    void aBlockVolumeIsAFile() {
        node.stage(node.staging("one", BLOCK));
        node.publish("one", "pod", BLOCK, false);
        assertThat(node.target("pod")).isRegularFile();
        assertThat(node.mounts.calls).containsExactly("bind /dev/dysk0 " + node.target("pod"));
    }

    @Test
    void aTargetThatACutOffCallMadeIsUsed() throws IOException {
        node.stage("one");
        Files.createDirectory(node.target("pod"));
        node.steps.reached.clear();
        node.publish("one", "pod", MANY, false);
        assertThat(node.steps.reached).containsExactly(PublishStep.BOUND);
    }

    // ---- and back ---------------------------------------------------------------------------------------------------

    @Test
    void filesThatAreNotTheVolumesAreNeverRemoved() throws IOException {
        Files.createDirectory(node.target("pod"));
        Path file = Files.createFile(node.target("pod").resolve("precious"));
        Refusal.of(() -> node.unpublish("one", "pod"), Status.Code.FAILED_PRECONDITION, "left there");
        assertThat(file).exists();
    }

    @Test
    void anotherVolumesTargetStays() {
        node.stage("one");
        node.publish("one", "pod", MANY, false);
        Refusal.of(() -> node.unpublish("two", "pod"), Status.Code.FAILED_PRECONDITION, "not this volume");
    }

    @Test
    void nothingIsLeftAtTheTarget() {
        node.stage("one");
        node.publish("one", "pod", MANY, false);
        node.steps.reached.clear();
        node.unpublish("one", "pod");
        assertThat(node.steps.reached).containsExactly(UnpublishStep.UNBOUND, UnpublishStep.TARGET_REMOVED);
        assertThat(node.target("pod")).doesNotExist();
        node.unpublish("one", "pod");
    }
}
