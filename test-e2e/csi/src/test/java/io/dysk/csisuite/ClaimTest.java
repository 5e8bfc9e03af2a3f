package io.dysk.csisuite;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.csi.Volume;
import io.dysk.csi.VolumeCapability;
import io.dysk.csi.VolumeCapability.AccessMode.Mode;
import io.dysk.vm.KernelTest;
import io.dysk.vm.Machine;
import io.dysk.vm.VirtualMachine;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes that take the leases of their volumes themselves, as in a cluster without VolumeAttachments; they have no credentials either. */
@KernelTest
@TestInstance(Lifecycle.PER_CLASS)
class ClaimTest {
    private static final long SIZE = 64 * Requests.MIB;
    private static final VolumeCapability MOUNT = Requests.mounted();
    private static final String STEPS = "/root/steps";
    /** What kubelet has where nothing is attached. */
    private static final Map<String, String> NO_CONTEXT = Map.of();

    private final VirtualMachine first;
    private final VirtualMachine second;
    private Cluster cluster;
    private Node a;
    private Node b;

    ClaimTest(@Machine(with = CsiNode.class) VirtualMachine first, @Machine(with = CsiNode.class) VirtualMachine second) {
        this.first = first;
        this.second = second;
    }

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        AccessService access = AccessService.make(folder);
        cluster = Cluster.start(folder, access.controllerOptions("--serve-claims"));
        a = Node.prepare(first, "node-a", access.nodeOptions(first) + " --claim-leases");
        b = Node.prepare(second, "node-b", access.nodeOptions(second) + " --claim-leases");
        first.output("mkdir " + STEPS);
        a.startEnding(STEPS);
        b.start();
    }

    @AfterAll
    void stop() {
        for (Node node : new Node[] {a, b}) {
            if (node != null) {
                node.close();
            }
        }
        cluster.close();
    }

    @Test
    void whatOneNodeWroteTheOtherHasAndNoLeaseIsLeftInTheEnd() {
        Volume volume = cluster.create("moves", SIZE);
        write(a, volume, "from-a");
        assertThat(lease(volume)).isNotNull();
        takeAway(a, volume);
        assertThat(lease(volume)).isNull();

        assertThat(b.vm().output("cat " + bring(b, volume) + "/file")).isEqualTo("from-a");
        takeAway(b, volume);
        assertThat(lease(volume)).isNull();
        cluster.delete(volume);
    }

    @Test
    void aVolumeThatTheOtherNodeHasIsRefusedWithItsNameAndAdvice() {
        Volume volume = cluster.create("held", SIZE);
        write(a, volume, "from-a");

        Status refused = Csi.failure(() -> cluster.stage(b, volume, NO_CONTEXT, MOUNT));

        assertThat(refused.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(refused.getDescription()).contains(volume.getVolumeId(), a.id(), "node.kubernetes.io/out-of-service");
        assertThat(b.devices()).isEmpty();
        assertThat(a.vm().output("cat " + Requests.target(volume, "pod") + "/file")).isEqualTo("from-a");
        takeAway(a, volume);
        cluster.unstage(b, volume);
        cluster.delete(volume);
    }

    @Test
    void aNodeWaitsForTheOneThatIsJustUnstagingIt() {
        Volume volume = cluster.create("awaited", SIZE);
        write(a, volume, "from-a");
        cluster.unmount(a, volume, "pod");
        b.vm().output("mkdir -p " + Requests.staging(volume));

        CompletableFuture<Void> staging = CompletableFuture.runAsync(() -> b.csi().node().nodeStageVolume(Requests.stage(volume, NO_CONTEXT, MOUNT).build()));
        cluster.unstage(a, volume);

        staging.join();
        assertThat(b.vm().output("cat " + Requests.staging(volume) + "/file")).isEqualTo("from-a");
        cluster.unstage(b, volume);
        cluster.delete(volume);
    }

    @Test
    void bothNodesReadAVolumeAndTheLastOneGivesItBack() {
        VolumeCapability read = Requests.block(Mode.MULTI_NODE_READER_ONLY);
        Volume volume = cluster.create("read", SIZE);
        for (Node node : new Node[] {a, b}) {
            cluster.stage(node, volume, NO_CONTEXT, read);
            assertThat(node.devices()).hasSize(1);
        }
        cluster.unstage(a, volume);
        assertThat(lease(volume)).isNotNull();
        cluster.unstage(b, volume);
        assertThat(lease(volume)).isNull();
        cluster.delete(volume);
    }

    @Test
    void aPluginThatDiesBetweenClaimAndAttachGoesOnOrGivesItBack() {
        for (String end : new String[] {"stage", "unstage"}) {
            Volume volume = cluster.create("cut-" + end, SIZE);
            endDuring("NodeStageVolume/CLAIMED", () -> cluster.stage(a, volume, NO_CONTEXT, MOUNT));
            assertThat(lease(volume)).as("claimed").isNotNull();
            assertThat(a.devices()).isEmpty();
            if (end.equals("stage")) {
                write(a, volume, "from-a");
                takeAway(a, volume);
            } else {
                cluster.unstage(a, volume);
            }
            assertThat(lease(volume)).isNull();
            assertThat(a.devices()).isEmpty();
            cluster.delete(volume);
        }
    }

    @Test
    void aPluginThatDiesBetweenDetachAndReleaseGivesItBackWhenAskedAgain() {
        Volume volume = cluster.create("cut-release", SIZE);
        write(a, volume, "from-a");
        cluster.unmount(a, volume, "pod");
        endDuring("NodeUnstageVolume/DETACHED", () -> cluster.unstage(a, volume));
        assertThat(lease(volume)).isNotNull();
        cluster.unstage(a, volume);
        assertThat(lease(volume)).isNull();
        cluster.delete(volume);
    }

    @Test
    void aStageThatFailsForGoodLeavesNeitherDeviceNorLease() {
        Volume volume = cluster.create("no-disk", SIZE);
        cluster.stage(a, volume, NO_CONTEXT, Requests.block());
        a.vm().output("dd if=/dev/urandom of=/dev/" + a.devices().getFirst() + " bs=4k count=64 oflag=direct conv=fsync");
        cluster.unstage(a, volume);

        Status refused = Csi.failure(() -> cluster.stage(a, volume, NO_CONTEXT, MOUNT));

        assertThat(refused.getCode()).as("%s", refused).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(a.devices()).isEmpty();
        assertThat(lease(volume)).isNull();
        cluster.delete(volume);
    }

    @Test
    void whatKubernetesAttachedIsRefused() {
        Volume volume = cluster.create("attached", SIZE);
        Map<String, String> context = cluster.publish(volume, a, MOUNT);
        Status refused = Csi.failure(() -> cluster.stage(a, volume, context, MOUNT));
        assertThat(refused.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(refused.getDescription()).contains("VolumeAttachment");
        assertThat(lease(volume)).as("the attacher's").isNotNull();
        cluster.unpublish(volume, a);
        cluster.delete(volume);
    }

    private String bring(Node node, Volume volume) {
        cluster.stage(node, volume, NO_CONTEXT, MOUNT);
        return cluster.mount(node, volume, "pod", NO_CONTEXT, MOUNT);
    }

    private void write(Node node, Volume volume, String text) {
        String path = bring(node, volume);
        node.vm().output("echo " + text + " > " + path + "/file && sync -f " + path + "/file");
    }

    private void takeAway(Node node, Volume volume) {
        cluster.unmount(node, volume, "pod");
        cluster.unstage(node, volume);
        assertThat(node.devices()).isEmpty();
    }

    private String lease(Volume volume) {
        return cluster.storage().blob(volume.getVolumeId()).leaseId();
    }

    private void endDuring(String step, Runnable call) {
        first.output("echo " + step + " > " + STEPS + "/end-at");
        Status cutOff = Csi.failure(call::run);
        assertThat(cutOff.getCode()).as("%s", cutOff).isEqualTo(Status.Code.UNAVAILABLE);
        a.awaitEnd();
        first.output("rm " + STEPS + "/end-at");
        a.startEnding(STEPS);
    }
}
