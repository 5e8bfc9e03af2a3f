package io.dysk.node.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.csi.NodeGetVolumeStatsRequest;
import io.dysk.csi.NodeGetVolumeStatsResponse;
import io.dysk.csi.VolumeCapability.AccessMode.Mode;
import io.dysk.csi.VolumeUsage;
import io.dysk.kernel.DeviceState;
import io.dysk.kernel.FileSystemSpace;
import io.dysk.kernel.Reason;
import io.dysk.node.fake.FakeModule;
import io.dysk.node.fake.FakeNode;
import io.dysk.node.fake.Refusal;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VolumeStatsTest {
    private static final FileSystemSpace SPACE = new FileSystemSpace(1000, 400, 300, 50, 20);

    private final AtomicInteger asked = new AtomicInteger();
    private FakeNode node;
    private VolumeStats stats;

    @BeforeEach
    void start(@TempDir Path folder) {
        node = new FakeNode(folder);
        stats = new VolumeStats(node.devices, node.mounts, new SpaceProbe(_ -> {
            asked.incrementAndGet();
            return SPACE;
        }, Duration.ofSeconds(10)));
    }

    @Test
    void whatIsNotThereIsNotFound() {
        Refusal.of(() -> stats("one", node.staging("one")), Status.Code.NOT_FOUND, "not attached");
        node.stage("one");
        Refusal.of(() -> stats("one", node.target("pod")), Status.Code.NOT_FOUND, node.target("pod").toString());
        Refusal.of(() -> stats.answer(NodeGetVolumeStatsRequest.newBuilder().setVolumeId("x").build()), Status.Code.INVALID_ARGUMENT, "volume_path");
    }

    @ParameterizedTest
    @EnumSource(value = DeviceState.class, names = {"DEAD", "HELD"})
    void aFileSystemThatCannotAnswerIsNotAsked(DeviceState state) {
        node.stage("one");
        node.module.state(0, state, Reason.NO_ROUTE);
        NodeGetVolumeStatsResponse response = stats("one", node.staging("one"));
        assertThat(response.getVolumeCondition().getAbnormal()).isTrue();
        assertThat(response.getVolumeCondition().getMessage()).contains("no address of the endpoint can be reached", "private endpoint");
        assertThat(response.getUsageList()).isEmpty();
        assertThat(asked).hasValue(0);
    }

    @Test
    void aFileSystemThatDoesNotAnswerIsAskedOnceAndSaidToBe() {
        node.stage("one");
        CountDownLatch answer = new CountDownLatch(1);
        VolumeStats slow = new VolumeStats(node.devices, node.mounts, new SpaceProbe(_ -> {
            asked.incrementAndGet();
            try {
                answer.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return SPACE;
        }, Duration.ofMillis(20)));
        for (int i = 0; i < 3; i++) {
            assertThat(slow.answer(request("one", node.staging("one"))).getVolumeCondition().getMessage()).contains("doesn't answer");
        }
        assertThat(asked).hasValue(1);
        answer.countDown();
    }

    @Test
    void aFileSystemHasBytesAndInodes() {
        node.stage("one");
        NodeGetVolumeStatsResponse response = stats("one", node.staging("one"));
        assertThat(response.getUsageList()).containsExactly(
                VolumeUsage.newBuilder().setUnit(VolumeUsage.Unit.BYTES).setTotal(1000).setUsed(600).setAvailable(300).build(),
                VolumeUsage.newBuilder().setUnit(VolumeUsage.Unit.INODES).setTotal(50).setUsed(30).setAvailable(20).build());
        assertThat(response.getVolumeCondition().getAbnormal()).isFalse();
    }

    @Test
    void aBlockVolumeHasItsSize() {
        node.stage(node.staging("one", FakeNode.block(Mode.SINGLE_NODE_WRITER)));
        node.publish("one", "pod", FakeNode.block(Mode.SINGLE_NODE_WRITER), false);
        assertThat(stats("one", node.target("pod")).getUsageList()).containsExactly(
                VolumeUsage.newBuilder().setUnit(VolumeUsage.Unit.BYTES).setTotal(FakeModule.CAPACITY).build());
    }

    private NodeGetVolumeStatsResponse stats(String name, Path path) {
        return stats.answer(request(name, path));
    }

    private static NodeGetVolumeStatsRequest request(String name, Path path) {
        return NodeGetVolumeStatsRequest.newBuilder().setVolumeId(FakeNode.id(name)).setVolumePath(path.toString()).build();
    }
}
