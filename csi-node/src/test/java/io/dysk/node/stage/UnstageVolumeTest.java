package io.dysk.node.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dysk.csi.VolumeCapability.AccessMode.Mode;
import io.dysk.kernel.DeviceState;
import io.dysk.kernel.Errno;
import io.dysk.kernel.ModuleException;
import io.dysk.kernel.MountOptions;
import io.dysk.kernel.Reason;
import io.dysk.kernel.SystemCallException;
import io.dysk.node.fake.FakeModule;
import io.dysk.node.fake.FakeNode;
import io.dysk.node.fake.Refusal;
import io.dysk.node.step.UnstageStep;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnstageVolumeTest {
    private FakeNode node;

    @BeforeEach
    void start(@TempDir Path folder) {
        node = new FakeNode(folder);
    }

    @Test
    void whatIsPublishedStaysAndIsNamed() {
        node.stage("one");
        node.publish("one", "pod", FakeNode.mount("", Mode.SINGLE_NODE_WRITER), false);
        Refusal.of(() -> node.unstage("one"), Status.Code.FAILED_PRECONDITION, node.target("pod").toString());
        assertThat(node.mounts.calls).noneMatch(call -> call.startsWith("unmount"));
        assertThat(node.module.calls).noneMatch(call -> call.startsWith("detach"));
    }

    @Test
    void aPublishedBlockVolumeStays() {
        node.stage(node.staging("one", FakeNode.block(Mode.SINGLE_NODE_WRITER)));
        node.publish("one", "pod", FakeNode.block(Mode.SINGLE_NODE_WRITER), false);
        Refusal.of(() -> node.unstage("one"), Status.Code.FAILED_PRECONDITION, node.target("pod").toString());
    }

    @Test
    void anotherVolumeAtThePathStays() {
        node.stage("one");
        assertThat(node.staging("two")).isDirectory();
        node.mounts.bind(node.staging("one"), node.staging("two"), MountOptions.NONE);
        Refusal.of(() -> node.unstage("two"), Status.Code.FAILED_PRECONDITION, "not this volume");
    }

    @Test
    void whatIsNoVolumeAtThePathStays() {
        node.mounts.other(node.staging("one"));
        Refusal.of(() -> node.unstage("one"), Status.Code.FAILED_PRECONDITION, "/dev/sda1");
    }

    @Test
    void filesInUseKeepItMounted() {
        node.stage("one");
        node.mounts.failure = new SystemCallException("unmount", "it", Errno.EBUSY);
        Refusal.of(() -> node.unstage("one"), Status.Code.FAILED_PRECONDITION, "a process uses files", "fuser");
        assertThat(node.module.calls).noneMatch(call -> call.startsWith("detach"));
    }

    @Test
    void aDeviceThatAProcessHasOpenStays() {
        node.stage("one");
        node.module.detachFailure = FakeModule.refusal("detach", Errno.EBUSY);
        Refusal.of(() -> node.unstage("one"), Status.Code.FAILED_PRECONDITION, "/dev/dysk0", "open in a process");
    }

    @Test
    void whatTheModuleCannotDetachIsAFailure() {
        node.stage("one");
        node.module.detachFailure = FakeModule.refusal("detach", Reason.INTERNAL);
        assertThatThrownBy(() -> node.unstage("one")).hasMessageContaining("the module failed");
    }

    @Test
    void aDeviceThatWentAwayMeanwhileIsDetached() {
        node.stage("one");
        node.module.detachFailure = FakeModule.refusal("detach", Errno.ENODEV);
        node.unstage("one");
    }

    @Test
    void itIsUnmountedAndDetachedInOrder() {
        node.stage("one");
        node.steps.reached.clear();
        node.unstage("one");
        assertThat(node.steps.reached).containsExactly(UnstageStep.UNMOUNTED, UnstageStep.DETACHED);
        assertThat(node.module.calls).last().isEqualTo("detach 0");
        node.unstage("one");
    }

    @Test
    void mountsOverEachOtherAllGo() {
        node.stage("one");
        node.mounts.bind(node.staging("one"), node.staging("one"), MountOptions.NONE);
        node.unstage("one");
        assertThat(node.mounts.table().entries()).isEmpty();
    }

    @Test
    void whatNobodyKnowsIsUnstagedAlready() {
        node.unstage("unknown");
        assertThat(node.steps.reached).isEmpty();
    }

    @Test
    void withoutTheModuleNothingIsAttached() {
        node.module.unusable = ModuleException.cannotOpen(Errno.ENOENT);
        node.unstage("one");
    }

    @Test
    void aMountOfADeviceThatIsGoneIsTakenAway() {
        node.stage("one");
        node.module.detach(0, 1, true);
        node.unstage("one");
        assertThat(node.mounts.table().entries()).isEmpty();
    }

    @Test
    void aDeviceOutOfServiceIsRemovedEvenIfItsUnmountNeverEnds() {
        node.stage("one");
        node.module.state(0, DeviceState.DEAD, Reason.NO_PATH);
        node.mounts.unmountBlocks = new CountDownLatch(1);
        node.unstage("one");
        assertThat(node.mounts.calls).last().asString().startsWith("unmount lazily");
        assertThat(node.module.calls).last().isEqualTo("detach 0 with force");
        node.mounts.unmountBlocks.countDown();
    }

    @Test
    void aDeviceOutOfServiceIsRemovedEvenIfItIsBusy() {
        node.stage("one");
        node.module.state(0, DeviceState.DEAD, Reason.FENCED);
        node.mounts.failure = new SystemCallException("unmount", "it", Errno.EBUSY);
        node.unstage("one");
        assertThat(node.mounts.table().entries()).isEmpty();
        assertThat(node.module.list()).isEmpty();
    }
}
