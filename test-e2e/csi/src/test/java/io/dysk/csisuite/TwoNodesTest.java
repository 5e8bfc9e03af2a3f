package io.dysk.csisuite;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blobserver.blob.AppliedWrite;
import io.dysk.csi.Volume;
import io.dysk.csi.VolumeCapability;
import io.dysk.vm.KernelTest;
import io.dysk.vm.Machine;
import io.dysk.vm.RunningCommand;
import io.dysk.vm.VirtualMachine;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** One volume and two nodes: who may write, and from when on nobody else. */
@KernelTest
@TestInstance(Lifecycle.PER_CLASS)
class TwoNodesTest {
    private static final long SIZE = 64 * Requests.MIB;

    private final VirtualMachine first;
    private final VirtualMachine second;
    private Cluster cluster;
    private Node a;
    private Node b;

    TwoNodesTest(@Machine(with = CsiNode.class) VirtualMachine first, @Machine(with = CsiNode.class) VirtualMachine second) {
        this.first = first;
        this.second = second;
    }

    @BeforeAll
    void start(@TempDir Path folder) {
        cluster = Cluster.start(folder);
        a = Node.on(first, "node-a", cluster.storage());
        b = Node.on(second, "node-b", cluster.storage());
    }

    @AfterAll
    void stop() {
        a.close();
        b.close();
        cluster.close();
    }

    @Test
    void aVolumeThatIsPublishedToOneNodeIsRefusedToAnotherAndTheHolderIsNamed() {
        VolumeCapability capability = Requests.mounted();
        Volume volume = cluster.create("held", SIZE);
        Map<String, String> context = cluster.publish(volume, a, capability);

        Status refused = Csi.failure(() -> cluster.publish(volume, b, capability));

        assertThat(refused.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(refused.getDescription()).contains(volume.getVolumeId(), a.id());
        assertThat(cluster.publish(volume, a, capability)).as("publishing again where it is").isEqualTo(context);
        cluster.unpublish(volume, a);
        cluster.delete(volume);
    }

    @Test
    void nothingThatANodeWritesAfterItWasGivenUpReachesTheVolume() {
        VolumeCapability capability = Requests.mounted();
        Volume volume = cluster.create("moved", SIZE);
        String path = cluster.bring(a, volume, "pod", capability);
        a.vm().output("echo from-a > " + path + "/file && sync -f " + path + "/file");
        long seen = lastWrite(volume);
        RunningCommand late = a.vm().start("until [ -e /root/go ]; do sleep 0.1; done; dd if=/dev/urandom of=" + path
                + "/late bs=4k count=64 oflag=direct conv=fsync");

        // Force: A is given up without having unstaged anything.
        cluster.unpublish(volume, a);
        a.vm().output("touch /root/go");
        assertThat(late.await().succeeded()).as("A's late write").isFalse();
        assertThat(writesAfter(volume, seen)).as("what landed after A was given up").isEmpty();

        String onB = cluster.bring(b, volume, "pod", capability);
        assertThat(b.vm().output("cat " + onB + "/file; ls " + onB + "/late 2>&1 || true")).startsWith("from-a").contains("No such file");
        b.vm().output("echo from-b > " + onB + "/file && sync -f " + onB + "/file");
        long afterB = lastWrite(volume);
        assertThat(a.vm().run("echo again > " + path + "/file && sync -f " + path + "/file").succeeded()).isFalse();
        assertThat(writesAfter(volume, afterB)).as("what landed from A while B writes").isEmpty();

        // A cleans up when it is back, and takes nothing from B.
        cluster.unmount(a, volume, "pod");
        cluster.unstage(a, volume);
        assertThat(a.devices()).isEmpty();
        assertThat(a.paths()).isEmpty();
        b.vm().output("sync; echo 3 > /proc/sys/vm/drop_caches");
        assertThat(b.vm().output("cat " + onB + "/file")).isEqualTo("from-b");
        cluster.takeAway(b, volume, "pod");
        cluster.delete(volume);
        assertThat(cluster.storage().blob(volume.getVolumeId()).exists()).isFalse();

        a.vm().allowInKernelLog("dysk|EXT4-fs|JBD2|Buffer I/O error|blk_update_request|I/O error|Remounting");
    }

    private long lastWrite(Volume volume) {
        return cluster.storage().writes(volume.getVolumeId()).stream().mapToLong(AppliedWrite::number).max().orElse(0);
    }

    private List<AppliedWrite> writesAfter(Volume volume, long number) {
        return cluster.storage().writes(volume.getVolumeId()).stream().filter(write -> write.number() > number).toList();
    }
}
