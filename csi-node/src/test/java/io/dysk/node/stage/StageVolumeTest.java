package io.dysk.node.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dysk.csi.NodeStageVolumeRequest;
import io.dysk.csi.VolumeCapability.AccessMode.Mode;
import io.dysk.kernel.DeviceState;
import io.dysk.kernel.DyskException;
import io.dysk.kernel.Errno;
import io.dysk.kernel.ModuleException;
import io.dysk.kernel.Reason;
import io.dysk.kernel.SystemCallException;
import io.dysk.node.fake.FakeModule;
import io.dysk.node.fake.FakeNode;
import io.dysk.node.fake.Refusal;
import io.dysk.node.step.StageStep;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class StageVolumeTest {
    private FakeNode node;

    @BeforeEach
    void start(@TempDir Path folder) {
        node = new FakeNode(folder);
    }

    // ---- what is refused --------------------------------------------------------------------------------------------

    @Test
    void withoutTheModuleTheCallerIsToldToLoadIt() {
        node.module.unusable = ModuleException.cannotOpen(Errno.ENOENT);
        assertThatThrownBy(() -> node.stage("one")).hasMessageContaining("modprobe dysk");
    }

    @ParameterizedTest
    @ValueSource(strings = {"relative/path", "/a/../b", "/"})
    void aPathThatCouldBeAnywhereIsRefused(String path) {
        Refusal.of(() -> node.stage(request().setStagingTargetPath(path)), Status.Code.INVALID_ARGUMENT, "staging_target_path");
    }

    @Test
    void aSymbolicLinkIsNoStagingPath() throws IOException {
        Path link = Files.createSymbolicLink(node.folder.resolve("link"), node.staging("one"));
        Refusal.of(() -> node.stage(request().setStagingTargetPath(link.toString())), Status.Code.INVALID_ARGUMENT, "symbolic link");
    }

    @Test
    void aStagingPathThatIsNotThereIsTheCallersToMake() {
        Refusal.of(() -> node.stage(request().setStagingTargetPath(node.folder.resolve("gone").toString())), Status.Code.FAILED_PRECONDITION, "gone");
    }

    @Test
    void aCapabilityIsNeeded() {
        Refusal.of(() -> node.stage(request().clearVolumeCapability()), Status.Code.INVALID_ARGUMENT, "volume capability");
    }

    @Test
    void severalWritersAreNotOffered() {
        Refusal.of(() -> node.stage(node.staging("one", FakeNode.mount("ext4", Mode.MULTI_NODE_MULTI_WRITER))), Status.Code.FAILED_PRECONDITION,
                "MULTI_NODE_MULTI_WRITER");
    }

    @Test
    void thePublishContextIsNeeded() {
        Refusal.of(() -> node.stage(request().clearPublishContext()), Status.Code.INVALID_ARGUMENT, "ControllerPublishVolume");
    }

    @Test
    void withoutCredentialsTheCallerIsToldWhereTheyMayBe() {
        Refusal.of(() -> node.stage(request().clearSecrets()), Status.Code.UNAUTHENTICATED, "account acc", "--accounts-dir");
    }

    @Test
    void credentialsOfAnotherAccountAreNamed() {
        Refusal.of(() -> node.stage(request().putSecrets("accountname", "other")), Status.Code.UNAUTHENTICATED, "account other", "account acc");
    }

    @Test
    void aSecretThatIsNoneIsNotRepeated() {
        assertThatThrownBy(() -> node.stage(request().removeSecrets("sas").putSecrets("accountkey", "%%mysecret%%"))).hasMessageNotContaining("mysecret")
                .hasMessageContaining("base64");
    }

    @Test
    void beyondTheLimitThereIsNoRoom() {
        node.stage(node.staging("one", FakeNode.block(Mode.SINGLE_NODE_WRITER)));
        node.stage(node.staging("two", FakeNode.block(Mode.SINGLE_NODE_WRITER)));
        Refusal.of(() -> node.stage("three"), Status.Code.RESOURCE_EXHAUSTED, "its limit is 2");
        node.stage(node.staging("two", FakeNode.block(Mode.SINGLE_NODE_WRITER)));
    }

    @Test
    void aBlobThatIsAttachedByHandIsSaidToBe() {
        node.module.attachFailure = FakeModule.refusal("attach", Reason.EXISTS);
        Refusal.of(() -> node.stage("one"), Status.Code.FAILED_PRECONDITION, "attached to this machine already");
    }

    @Test
    void afterAFailedAttachThereIsRoomAgain() {
        for (int i = 0; i < 3; i++) {
            node.module.attachFailure = FakeModule.refusal("attach", Reason.TIMEOUT);
            assertThatThrownBy(() -> node.stage("one")).isInstanceOf(DyskException.class);
        }
        node.stage("one");
    }

    @Test
    void whatElseIsMountedAtTheStagingPathStays() {
        node.mounts.other(node.staging("one"));
        Refusal.of(() -> node.stage("one"), Status.Code.FAILED_PRECONDITION, "/dev/sda1");
        assertThat(node.mounts.calls).isEmpty();
        assertThat(node.module.calls).isEmpty();
    }

    @Test
    void stagedAsBlockItIsNotStagedAsMountWhileItIsPublished() {
        node.stage(node.staging("one", FakeNode.block(Mode.SINGLE_NODE_WRITER)));
        node.publish("one", "pod", FakeNode.block(Mode.SINGLE_NODE_WRITER), false);
        Refusal.of(() -> node.stage("one"), Status.Code.ALREADY_EXISTS, "block volume at " + node.target("pod"));
    }

    @Test
    void stagedOtherwiseItIsThereAlready() {
        node.stage("one");
        Refusal.of(() -> node.stage(node.staging("one", FakeNode.block(Mode.SINGLE_NODE_WRITER))), Status.Code.ALREADY_EXISTS, "as a mount volume");
        Refusal.of(() -> node.stage(node.staging("one", FakeNode.mount("xfs", Mode.SINGLE_NODE_WRITER))), Status.Code.ALREADY_EXISTS, "as ext4");
        Refusal.of(() -> node.stage(node.staging("one", FakeNode.mount("ext4", Mode.SINGLE_NODE_WRITER, "noexec"))), Status.Code.ALREADY_EXISTS,
                "mount options");
        Refusal.of(() -> node.stage(node.staging("one", FakeNode.mount("ext4", Mode.SINGLE_NODE_READER_ONLY))), Status.Code.ALREADY_EXISTS, "for writing");
    }

    @Test
    void aDeviceOutOfServiceThatIsInUseIsLeftAndItsUsersAreNamed() {
        node.stage("one");
        node.module.state(0, DeviceState.DEAD, Reason.FENCED);
        Refusal.of(() -> node.stage("one"), Status.Code.FAILED_PRECONDITION, "/dev/dysk0", "a later attachment took over", node.staging("one").toString());
        assertThat(node.module.calls).containsExactly("attach acc/disks/one");
    }

    @Test
    void aDeviceOutOfServiceThatAProcessHasOpenIsLeft() {
        node.stage(node.staging("one", FakeNode.block(Mode.SINGLE_NODE_WRITER)));
        node.module.state(0, DeviceState.DEAD, Reason.FENCED);
        node.module.open(0);
        Refusal.of(() -> node.stage(node.staging("one", FakeNode.block(Mode.SINGLE_NODE_WRITER))), Status.Code.FAILED_PRECONDITION, "by a process");
    }

    @ParameterizedTest
    @EnumSource(value = DeviceState.class, names = {"ATTACHING", "REMOVING", "UNKNOWN"})
    void aDeviceThatComesOrGoesIsWaitedForByTheCaller(DeviceState state) {
        node.stage(node.staging("one", FakeNode.block(Mode.SINGLE_NODE_WRITER)));
        node.module.state(0, state, Reason.NONE);
        Refusal.of(() -> node.stage("one"), Status.Code.UNAVAILABLE, "try again");
    }

    // ---- what is done -----------------------------------------------------------------------------------------------

    @Test
    void aNewVolumeIsAttachedFormattedAndMounted() {
        node.stage("one");
        assertThat(node.steps.reached).containsExactly(StageStep.ATTACHED, StageStep.MARKED, StageStep.COPIED, StageStep.FORMATTED, StageStep.CHECKED,
                StageStep.MOUNTED, StageStep.GROWN);
        assertThat(node.devices.find(FakeNode.id("one"))).isPresent();
        assertThat(node.mounts.table().at(node.staging("one")).orElseThrow().type()).isEqualTo("ext4");
    }

    @Test
    void theSameCallAgainChangesNoMountAndNoDevice() {
        node.stage("one");
        int mounts = node.mounts.calls.size();
        node.stage("one");
        assertThat(node.mounts.calls).hasSize(mounts);
        assertThat(node.module.calls).containsExactly("attach acc/disks/one");
    }

    @Test
    void aMountThatFailsIsFinishedByTheNextCall() {
        node.mounts.failure = new SystemCallException("mount", "it", Errno.EIO);
        assertThatThrownBy(() -> node.stage("one")).isInstanceOf(SystemCallException.class);
        node.mounts.failure = null;
        node.stage("one");
        assertThat(node.tools.count("mkfs.ext4")).as("formatted once").isEqualTo(1);
        assertThat(node.module.calls).as("attached once").containsExactly("attach acc/disks/one");
        assertThat(node.mounts.table().at(node.staging("one"))).isPresent();
    }

    @Test
    void aDeviceOutOfServiceThatNobodyUsesIsAttachedAnew() {
        node.stage(node.staging("one", FakeNode.block(Mode.SINGLE_NODE_WRITER)));
        node.module.state(0, DeviceState.DEAD, Reason.NO_PATH);
        node.stage(node.staging("one", FakeNode.block(Mode.SINGLE_NODE_WRITER)));
        assertThat(node.module.calls).containsExactly("attach acc/disks/one", "detach 0 with force", "attach acc/disks/one");
    }

    @Test
    void aDeviceWithAnotherLeaseThatNobodyUsesIsAttachedAnewInOrder() {
        node.stage(node.staging("one", FakeNode.block(Mode.SINGLE_NODE_WRITER)));
        node.stage(node.staging("one", FakeNode.block(Mode.SINGLE_NODE_WRITER)).putPublishContext("lease", "other"));
        assertThat(node.module.calls).containsExactly("attach acc/disks/one", "detach 0", "attach acc/disks/one");
    }

    @Test
    void forReadingItIsAttachedAndMountedWithoutAWrite() {
        node.disk.put(1080, (byte) 0x53, (byte) 0xef, (byte) 1, (byte) 0);
        node.stage(node.staging("one", FakeNode.mount("ext4", Mode.MULTI_NODE_READER_ONLY)).clearPublishContext()
                .putAllPublishContext(FakeNode.context("one", false)));
        assertThat(node.module.calls).containsExactly("attach acc/disks/one read-only");
        assertThat(node.mounts.calls).singleElement().asString().contains("READ_ONLY", "noload");
        assertThat(node.tools.runs).noneMatch(run -> run.getFirst().startsWith("mkfs") || run.getFirst().equals("resize2fs"));
        assertThat(node.disk.changes).isEmpty();
    }

    @Test
    void copiesOfOneVolumeCanBothBeMountedWithXfs() {
        node.stage(node.staging("one", FakeNode.mount("xfs", Mode.SINGLE_NODE_WRITER, "noatime,discard")));
        assertThat(node.mounts.calls).singleElement().asString().contains("NO_ATIME", "discard", "nouuid");
    }

    @Test
    void whatAForcedDetachLeftAtTheStagingPathIsTakenAway() {
        node.stage("one");
        node.module.detach(0, 1, true);
        node.stage("one");
        assertThat(node.steps.reached).contains(StageStep.STALE_MOUNT_REMOVED);
        assertThat(node.mounts.table().entries()).hasSize(1);
    }

    private NodeStageVolumeRequest.Builder request() {
        return node.staging("one", FakeNode.mount("ext4", Mode.SINGLE_NODE_WRITER));
    }
}
