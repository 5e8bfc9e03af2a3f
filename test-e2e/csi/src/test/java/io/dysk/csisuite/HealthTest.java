package io.dysk.csisuite;

import static io.dysk.csisuite.Requests.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.FaultRule;
import io.dysk.csi.NodeGetVolumeHealthRequest;
import io.dysk.csi.NodeGetVolumeStatsRequest;
import io.dysk.csi.NodeGetVolumeStatsResponse;
import io.dysk.csi.Volume;
import io.dysk.csi.VolumeCapability;
import io.dysk.csi.VolumeHealth.VolumeHealthEntry;
import io.dysk.csi.VolumeHealthErrorType;
import io.dysk.csi.VolumeUsage;
import io.dysk.vm.Command;
import io.dysk.vm.KernelTest;
import io.dysk.vm.Machine;
import io.dysk.vm.RunningCommand;
import io.dysk.vm.VirtualMachine;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a volume's state on the service and in the module is to those who ask: health, and figures that never hang. */
@KernelTest
class HealthTest extends OnOneNode {
    private static final VolumeCapability MOUNT = Requests.mounted();

    HealthTest(@Machine(with = CsiNode.class) VirtualMachine vm) {
        super(vm);
    }

    @Test
    void aVolumeThatWorksHasNoComplaintsAndItsFigures() {
        Volume volume = cluster.create("well", 64 * MIB);
        String path = cluster.bring(node, volume, "pod", MOUNT);
        vm.output("head -c 5000000 /dev/urandom > " + path + "/file && sync -f " + path + "/file");

        assertThat(health(volume, path)).isEmpty();
        NodeGetVolumeStatsResponse stats = stats(volume, path);
        assertThat(stats.getVolumeCondition().getAbnormal()).isFalse();
        assertThat(stats.getUsageList()).extracting(VolumeUsage::getUnit).containsExactlyInAnyOrder(VolumeUsage.Unit.BYTES, VolumeUsage.Unit.INODES);
        assertThat(stats.getUsageList()).filteredOn(usage -> usage.getUnit() == VolumeUsage.Unit.BYTES).singleElement()
                .satisfies(bytes -> assertThat(bytes.getUsed()).isGreaterThan(5_000_000));
        cluster.takeAway(node, volume, "pod");
    }

    @Test
    void aVolumeWhoseLeaseWasBrokenIsInaccessibleAndItsFiguresAreGivenUpAtOnce() {
        vm.allowInKernelLog("dysk|EXT4-fs|JBD2|Buffer I/O error|blk_update_request|I/O error|Remounting");
        Volume volume = cluster.create("broken", 64 * MIB);
        String path = cluster.bring(node, volume, "pod", MOUNT);
        cluster.unpublish(volume, node);
        assertThat(vm.run("dd if=/dev/zero of=" + path + "/late bs=4k count=1 oflag=direct conv=fsync").succeeded()).isFalse();

        assertThat(health(volume, path)).extracting(VolumeHealthEntry::getStatus).contains(VolumeHealthErrorType.INACCESSIBLE);
        assertThat(health(volume, path)).allSatisfy(entry -> assertThat(entry.getReason()).matches("[A-Z][A-Za-z]+"));
        long before = System.nanoTime();
        NodeGetVolumeStatsResponse stats = stats(volume, path);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).as("never waits for the device").isLessThan(Duration.ofSeconds(20));
        assertThat(stats.getVolumeCondition().getAbnormal()).isTrue();
        assertThat(stats.getVolumeCondition().getMessage()).isNotBlank();
        cluster.unmount(node, volume, "pod");
        cluster.unstage(node, volume);
        assertThat(node.devices()).isEmpty();
    }

    @Test
    void aVolumeThatTheServiceThrottlesIsDegradedForAsLong() {
        Volume volume = cluster.create("slow", 64 * MIB);
        String path = cluster.bring(node, volume, "pod", MOUNT);
        cluster.storage().server().faults().add(new FaultRule(null, null, volume.getVolumeId().split("/", 2)[1], null, null, 0, 0),
                new Fault(Fault.Kind.ANSWER, 503, "ServerBusy", -1, 0, 0));
        RunningCommand writer = vm.start(Command.of("dd if=/dev/zero of=" + path + "/file bs=4k count=1 oflag=direct conv=fsync")
                .within(Duration.ofMinutes(3)));
        vm.output("until [ \"$(cat /sys/block/dysk0/dysk/state)\" = held ]; do sleep 0.1; done");

        assertThat(health(volume, path)).extracting(VolumeHealthEntry::getStatus).contains(VolumeHealthErrorType.DEGRADED);
        long before = System.nanoTime();
        assertThat(stats(volume, path).getVolumeCondition().getAbnormal()).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).as("never waits for the device").isLessThan(Duration.ofSeconds(20));

        cluster.storage().server().faults().clear();
        assertThat(writer.await().succeeded()).as("the write waited, and did not fail").isTrue();
        vm.output("until [ \"$(cat /sys/block/dysk0/dysk/state)\" = live ]; do sleep 0.1; done");
        assertThat(health(volume, path)).isEmpty();
        cluster.takeAway(node, volume, "pod");
    }

    private List<VolumeHealthEntry> health(Volume volume, String path) {
        return node.csi().node().nodeGetVolumeHealth(NodeGetVolumeHealthRequest.newBuilder().setVolumeId(volume.getVolumeId())
                .setVolumePublishPath(path).setStagingTargetPath(Requests.staging(volume)).build()).getVolumeHealth().getHealthStatusesList();
    }

    private NodeGetVolumeStatsResponse stats(Volume volume, String path) {
        return node.csi().node().nodeGetVolumeStats(
                NodeGetVolumeStatsRequest.newBuilder().setVolumeId(volume.getVolumeId()).setVolumePath(path).build());
    }
}
