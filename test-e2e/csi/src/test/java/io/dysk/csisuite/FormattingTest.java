package io.dysk.csisuite;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.FaultRule;
import io.dysk.csi.Volume;
import io.dysk.csi.VolumeCapability;
import io.dysk.vm.KernelTest;
import io.dysk.vm.Machine;
import io.dysk.vm.VirtualMachine;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A file system is made on a volume that is proven empty, on nothing else, and also if the first try was cut short. */
@KernelTest
@TestInstance(Lifecycle.PER_CLASS)
class FormattingTest {
    private static final long SIZE = 512 * Requests.MIB;

    private final VirtualMachine vm;
    private Cluster cluster;
    private Node node;

    FormattingTest(@Machine(with = CsiNode.class) VirtualMachine vm) {
        this.vm = vm;
    }

    @BeforeAll
    void start(@TempDir Path folder) {
        cluster = Cluster.start(folder);
        node = Node.on(vm, "node", cluster.storage());
    }

    @AfterEach
    void heal() {
        cluster.storage().server().faults().clear();
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    @Test
    void aVolumeThatCannotBeReadIsNotFormatted() {
        Volume volume = cluster.create("unreadable", SIZE);
        Map<String, String> context = cluster.publish(volume, node, Requests.mounted());
        // After the attach, which asks for the blob's properties and not for its pages.
        fault(volume, "GET", 404, "BlobNotFound", 0);

        Status refused = Csi.failure(() -> cluster.stage(node, volume, context, Requests.mounted()));

        assertThat(refused.getCode()).isEqualTo(Status.Code.INTERNAL);
        assertThat(refused.getDescription()).contains(volume.getVolumeId(), "can't be read");
        assertThat(cluster.storage().writes(volume.getVolumeId())).isEmpty();
        cluster.unstage(node, volume);
        cluster.unpublish(volume, node);
    }

    @Test
    void aVolumeWithDataOfNoKnownKindIsNotFormatted() {
        Volume volume = cluster.create("raw", SIZE);
        String device = cluster.bring(node, volume, "pod", Requests.block());
        vm.output("dd if=/dev/urandom of=" + device + " bs=1M count=1 seek=200 conv=notrunc,fsync");
        cluster.takeAway(node, volume, "pod");
        int writes = cluster.storage().writes(volume.getVolumeId()).size();
        Map<String, String> context = cluster.publish(volume, node, Requests.mounted());

        Status refused = Csi.failure(() -> cluster.stage(node, volume, context, Requests.mounted()));

        assertThat(refused.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(refused.getDescription()).contains(volume.getVolumeId(), "may hold data");
        assertThat(cluster.storage().writes(volume.getVolumeId())).hasSize(writes);
        cluster.unstage(node, volume);
        cluster.unpublish(volume, node);
    }

    @Test
    void aPartitionTableIsNotFormatted() {
        Volume volume = cluster.create("partitioned", SIZE);
        String device = cluster.bring(node, volume, "pod", Requests.block());
        // The signature of an MBR, and one partition.
        vm.output("printf '\\203\\000\\000\\000\\000\\010\\000\\000\\000\\000\\010\\000' | dd of=" + device + " bs=1 seek=450 conv=notrunc,fsync"
                + " && printf '\\125\\252' | dd of=" + device + " bs=1 seek=510 conv=notrunc,fsync");
        cluster.takeAway(node, volume, "pod");
        Map<String, String> context = cluster.publish(volume, node, Requests.mounted());

        Status refused = Csi.failure(() -> cluster.stage(node, volume, context, Requests.mounted()));

        assertThat(refused.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(refused.getDescription()).contains("a partition table");
        cluster.unstage(node, volume);
        cluster.unpublish(volume, node);
    }

    @ParameterizedTest
    @CsvSource({"ext4, 0", "ext4, 1", "ext4, 2", "ext4, 4", "ext4, 7", "xfs, 1", "xfs, 3", "xfs, 6", "btrfs, 1", "btrfs, 3", "btrfs, 6"})
    void aFileSystemWhoseMakingWasCutShortIsMadeByTheNextCall(String type, int writes) {
        VolumeCapability capability = Requests.mounted(type);
        Volume volume = cluster.create("cut-" + type + "-" + writes, SIZE);
        Map<String, String> context = cluster.publish(volume, node, capability);
        fault(volume, "PUT", 412, "LeaseLost", writes);
        Status failed = Csi.failure(() -> cluster.stage(node, volume, context, capability));
        assertThat(failed.getCode()).as(failed.getDescription()).isEqualTo(Status.Code.INTERNAL);
        assertThat(cluster.storage().writes(volume.getVolumeId())).hasSize(writes);
        cluster.storage().server().faults().clear();
        cluster.unstage(node, volume);
        cluster.unpublish(volume, node);

        String path = cluster.bring(node, volume, "pod", capability);

        assertThat(vm.output("stat -f -c %T " + path + " && echo data > " + path + "/file && cat " + path + "/file")).contains("data");
        assertThat(node.log()).contains("file system copied");
        cluster.takeAway(node, volume, "pod");
        assertThat(node.devices()).isEmpty();
    }

    private void fault(Volume volume, String method, int status, String code, int skip) {
        String blob = volume.getVolumeId().split("/", 2)[1];
        cluster.storage().server().faults().add(new FaultRule(method, method.equals("PUT") ? "page" : "none", blob, null, null, skip, 0),
                new Fault(Fault.Kind.ANSWER, status, code, -1, 0, 0));
    }
}
