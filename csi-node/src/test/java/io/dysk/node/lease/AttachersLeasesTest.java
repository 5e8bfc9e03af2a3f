package io.dysk.node.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dysk.csi.VolumeCapability.AccessMode.Mode;
import io.dysk.node.fake.FakeNode;
import io.dysk.node.fake.Refusal;
import io.dysk.node.step.UnstageStep;
import io.grpc.Status;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Leases that Kubernetes' attacher took are used, and left to it. */
class AttachersLeasesTest {
    private FakeNode node;

    @BeforeEach
    void start(@TempDir Path folder) {
        node = new FakeNode(folder);
    }

    @Test
    void withoutAnAttacherItIsSaidWhichOptionIsMissing() {
        Refusal.of(() -> node.stage(node.staging("one", FakeNode.block(Mode.SINGLE_NODE_WRITER)).clearPublishContext()), Status.Code.INVALID_ARGUMENT,
                "ControllerPublishVolume", "--claim-leases");
    }

    @Test
    void whatFailsFinallyStaysForTheNextTry() {
        node.disk.put(0, (byte) 1, (byte) 2, (byte) 3);
        assertThatThrownBy(() -> node.stage("one")).isInstanceOf(RuntimeException.class);
        assertThat(node.module.list()).hasSize(1);
    }

    @Test
    void unstagingGivesNothingBack() {
        node.stage("one");
        node.unstage("one");
        assertThat(node.steps.reached).doesNotContain(UnstageStep.RELEASED);
    }
}
