package io.dysk.node.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dysk.csi.NodeStageVolumeRequest;
import io.dysk.csi.VolumeCapability.AccessMode.Mode;
import io.dysk.kernel.DeviceState;
import io.dysk.kernel.Errno;
import io.dysk.kernel.ModuleException;
import io.dysk.kernel.Reason;
import io.dysk.node.fake.FakeLeaseService;
import io.dysk.node.fake.FakeModule;
import io.dysk.node.fake.FakeNode;
import io.dysk.node.fake.RecordedSteps;
import io.dysk.node.fake.Refusal;
import io.dysk.node.step.StageStep;
import io.dysk.node.step.UnstageStep;
import io.dysk.rpc.call.RpcFailure;
import io.grpc.Status;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A node that takes the leases of its volumes itself: when it takes them, when it gives them back, and what is left after every failure. */
class ClaimedLeasesTest {
    private static final String ONE = FakeNode.id("one");

    private final FakeLeaseService service = new FakeLeaseService();
    private FakeNode node;

    @BeforeEach
    void start(@TempDir Path folder) {
        node = new FakeNode(folder, new ClaimedLeases(service));
        service.blankAt = () -> node.module.list().isEmpty() ? 0 : node.module.epoch; // an attach raises it
    }

    // ---- refused ----------------------------------------------------------------------------------------------------

    @Test
    void whatKubernetesAttachedIsRefusedAndItsLeaseLeftAlone() {
        Refusal.of(() -> node.stage(claimed("one").putAllPublishContext(FakeNode.context("one", true))), Status.Code.FAILED_PRECONDITION,
                "VolumeAttachment", "attachRequired: false");
        assertThat(service.calls).isEmpty();
    }

    @Test
    void whatHasNoHopeIsNotClaimed() {
        assertThatThrownBy(() -> node.stage(claimed("one").clearVolumeCapability())).isInstanceOf(RpcFailure.class);
        assertThatThrownBy(() -> node.stage(claimed("one").setStagingTargetPath("relative"))).isInstanceOf(RpcFailure.class);
        assertThatThrownBy(() -> node.stage(claimed("one").setStagingTargetPath(node.folder.resolve("gone").toString()))).isInstanceOf(RpcFailure.class);
        assertThatThrownBy(() -> node.stage(claimed("one").setVolumeCapability(FakeNode.mount("vfat", Mode.SINGLE_NODE_WRITER))))
                .isInstanceOf(RpcFailure.class);
        node.module.unusable = ModuleException.cannotOpen(Errno.ENOENT);
        assertThatThrownBy(() -> node.stage(claimed("one"))).isInstanceOf(ModuleException.class);
        assertThat(service.calls).isEmpty();
    }

    @Test
    void aRefusedClaimIsToldAsItIsAndNothingIsAttached() {
        service.claimFailure = RpcFailure.failedPrecondition("it is published to node b~1");
        Refusal.of(() -> node.stage(claimed("one")), Status.Code.FAILED_PRECONDITION, "it is published to node b~1");
        assertThat(node.module.calls).isEmpty();
        assertThat(node.steps.reached).doesNotContain(StageStep.CLAIMED);
    }

    // ---- taken and given back ---------------------------------------------------------------------------------------

    @Test
    void theLeaseIsTakenBeforeTheDeviceIsAttachedAndGivenBackAfterItIsDetached() {
        node.stage(claimed("one"));
        assertThat(node.steps.reached).startsWith(StageStep.CLAIMED, StageStep.ATTACHED);
        assertThat(service.held).containsExactly(ONE);
        node.steps.reached.clear();
        node.unstage("one");
        assertThat(node.steps.reached).containsExactly(UnstageStep.UNMOUNTED, UnstageStep.DETACHED, UnstageStep.RELEASED);
        assertThat(service.held).isEmpty();
    }

    @Test
    void aReaderIsNotedAndTakenOffLikeAWriter() {
        node.stage(claimed("one").setVolumeCapability(FakeNode.block(Mode.MULTI_NODE_READER_ONLY)));
        assertThat(service.calls).containsExactly("claim " + ONE + " for reading");
        assertThat(node.module.list()).singleElement().satisfies(device -> assertThat(device.readOnly()).isTrue());
        node.unstage("one");
        assertThat(service.held).isEmpty();
    }

    @Test
    void whatIsStagedIsClaimedAgainAndStays() {
        node.stage(claimed("one"));
        node.stage(claimed("one"));
        assertThat(service.calls).containsExactly("claim " + ONE, "claim " + ONE);
        assertThat(node.module.calls).filteredOn(call -> call.startsWith("attach")).hasSize(1);
    }

    @Test
    void whileItIsInUseItsLeaseIsNotGivenBack() {
        node.stage(claimed("one"));
        node.publish("one", "pod", FakeNode.mount("", Mode.SINGLE_NODE_WRITER), false);
        Refusal.of(() -> node.unstage("one"), Status.Code.FAILED_PRECONDITION, node.target("pod").toString());
        node.module.detachFailure = FakeModule.refusal("detach", Errno.EBUSY);
        node.unpublish("one", "pod");
        Refusal.of(() -> node.unstage("one"), Status.Code.FAILED_PRECONDITION, "open in a process");
        assertThat(service.held).containsExactly(ONE);
    }

    @Test
    void whatCouldNotBeGivenBackIsWhenItIsUnstagedAgain() {
        node.stage(claimed("one"));
        service.releaseFailure = RpcFailure.unavailable("the controller doesn't answer");
        Refusal.of(() -> node.unstage("one"), Status.Code.UNAVAILABLE, "doesn't answer");
        assertThat(node.module.list()).isEmpty();
        node.unstage("one");
        assertThat(service.held).isEmpty();
    }

    @Test
    void whatWasNeverStagedIsGivenBackAllTheSame() {
        service.held.add(ONE);
        node.unstage("one");
        assertThat(service.held).isEmpty();
        node.module.unusable = ModuleException.cannotOpen(Errno.ENOENT);
        service.held.add(ONE);
        node.unstage("one");
        assertThat(service.held).isEmpty();
    }

    @Test
    void aFencedDeviceIsReplacedUnderTheLeaseThatIsTakenAgain() {
        node.stage(claimed("one"));
        node.module.state(0, DeviceState.DEAD, Reason.FENCED);
        node.mounts.unmount(node.staging("one"));
        service.held.clear();
        node.stage(claimed("one"));
        assertThat(service.held).containsExactly(ONE);
        assertThat(node.module.calls).filteredOn(call -> call.startsWith("attach")).hasSize(2);
    }

    // ---- failures after which kubelet never unstages ----------------------------------------------------------------

    @Test
    void afterAFinalFailureNothingIsLeft() {
        node.module.attachFailure = FakeModule.refusal("attach", Reason.NOT_FOUND);
        assertThatThrownBy(() -> node.stage(claimed("one"))).hasMessageContaining("it");
        assertThat(service.held).isEmpty();
        Refusal.of(() -> node.stage(claimed("one").clearSecrets()), Status.Code.UNAUTHENTICATED, "account acc");
        assertThat(service.held).isEmpty();
    }

    @Test
    void afterAFinalFailureBehindTheAttachTheDeviceIsGoneToo() {
        node.disk.put(0, (byte) 1, (byte) 2, (byte) 3);
        assertThatThrownBy(() -> node.stage(claimed("one"))).isInstanceOf(RuntimeException.class);
        assertThat(node.steps.reached).contains(StageStep.ATTACHED);
        assertThat(node.module.list()).isEmpty();
        assertThat(service.held).isEmpty();
    }

    @Test
    void afterAFailureThatKubeletTriesAgainOrUnstagesTheLeaseStays() {
        node.module.attachFailure = FakeModule.refusal("attach", Reason.TIMEOUT);
        assertThatThrownBy(() -> node.stage(claimed("one"))).isInstanceOf(RuntimeException.class);
        assertThat(service.calls).containsExactly("claim " + ONE);
        node.unstage("one");
        assertThat(service.held).isEmpty();
    }

    @Test
    void aClaimThatSucceededButFailedFinallyForItsCallerIsTakenBack() {
        service.claimAnswerLost = RpcFailure.of(Status.Code.PERMISSION_DENIED, "pages can't be listed", null);
        Refusal.of(() -> node.stage(claimed("one")), Status.Code.PERMISSION_DENIED, "pages can't be listed");
        assertThat(service.held).isEmpty();
    }

    @Test
    void whatCanNotBeTakenBackIsAFailureAfterWhichKubeletUnstages() {
        node.module.attachFailure = FakeModule.refusal("attach", Reason.NOT_FOUND);
        service.releaseFailure = RpcFailure.internal("the controller is broken");
        assertThatThrownBy(() -> node.stage(claimed("one"))).isInstanceOfSatisfying(RpcFailure.class, e -> {
            assertThat(e.code()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(e).hasMessageContainingAll("could not be taken back", "the controller is broken");
        });
        node.unstage("one");
        assertThat(service.held).isEmpty();
    }

    @Test
    void aVolumeInUseKeepsLeaseAndDeviceWhateverAStageOfItEndsWith() {
        node.stage(claimed("one"));
        service.claimFailure = RpcFailure.unauthenticated("the controller has no credentials");
        Refusal.of(() -> node.stage(claimed("one")), Status.Code.UNAUTHENTICATED, "no credentials");
        Refusal.of(() -> node.stage(claimed("one").setVolumeCapability(FakeNode.mount("xfs", Mode.SINGLE_NODE_WRITER))), Status.Code.ALREADY_EXISTS, "ext4");
        assertThat(node.module.list()).hasSize(1);
        assertThat(service.held).containsExactly(ONE);
        assertThat(service.calls).noneMatch(call -> call.startsWith("release"));
    }

    // ---- the plugin dies --------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(value = StageStep.class, names = {"CLAIMED", "ATTACHED", "MARKED", "FORMATTED", "MOUNTED"})
    void behindEveryStepOfAStageTheSameAgainStagesIt(StageStep step) {
        node.steps.deathAt = step;
        assertThatThrownBy(() -> node.stage(claimed("one"))).isInstanceOf(RecordedSteps.Died.class);
        node.stage(claimed("one"));
        assertThat(node.mounts.table().at(node.staging("one"))).isPresent();
        node.unstage("one");
        assertThat(service.held).isEmpty();
        assertThat(node.module.list()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(value = StageStep.class, names = {"CLAIMED", "ATTACHED", "MARKED", "FORMATTED", "MOUNTED"})
    void behindEveryStepOfAStageUnstagingLeavesNothing(StageStep step) {
        node.steps.deathAt = step;
        assertThatThrownBy(() -> node.stage(claimed("one"))).isInstanceOf(RecordedSteps.Died.class);
        assertThat(service.held).containsExactly(ONE);
        node.unstage("one");
        assertThat(service.held).isEmpty();
        assertThat(node.module.list()).isEmpty();
        assertThat(node.mounts.table().entries()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(UnstageStep.class)
    void behindEveryStepOfAnUnstageTheSameAgainLeavesNothing(UnstageStep step) {
        node.stage(claimed("one"));
        node.steps.deathAt = step;
        assertThatThrownBy(() -> node.unstage("one")).isInstanceOf(RecordedSteps.Died.class);
        node.unstage("one");
        assertThat(service.held).isEmpty();
        assertThat(node.module.list()).isEmpty();
    }

    /** As kubelet asks where nothing is attached for it. */
    private NodeStageVolumeRequest.Builder claimed(String name) {
        return node.staging(name, FakeNode.mount("ext4", Mode.SINGLE_NODE_MULTI_WRITER)).clearPublishContext();
    }
}
