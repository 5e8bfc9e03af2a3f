package io.dysk.csisuite;

import static io.dysk.csisuite.Requests.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.csi.Volume;
import io.dysk.csi.VolumeCapability;
import io.dysk.vm.Command;
import io.dysk.vm.KernelTest;
import io.dysk.vm.Machine;
import io.dysk.vm.RunningCommand;
import io.dysk.vm.VirtualMachine;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Programs that are killed and nodes that are: what pods do goes on, and what was left behind is in nobody's way. */
@KernelTest
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class NodeLifeTest extends OnOneNode {
    private static final VolumeCapability MOUNT = Requests.mounted();

    NodeLifeTest(@Machine(with = CsiNode.class) VirtualMachine vm) {
        super(vm);
    }

    @Test
    @Order(1)
    void aPodThatWritesDoesNotNoticeThatBothProgramsAreKilled() {
        Volume volume = cluster.create("written", 64 * MIB);
        String path = cluster.bring(node, volume, "pod", MOUNT);
        // Writes and reads back until it is told to end; any error ends it at once.
        RunningCommand pod = vm.start(Command.of("cd " + path + " && n=0; while [ ! -e /root/enough ]; do n=$((n + 1));"
                + " echo $n > file-$((n % 20)) && sync -d file-$((n % 20)) && [ \"$(cat file-$((n % 20)))\" = $n ] || exit 1;"
                + " [ $n != 20 ] || echo writing; done; echo $n").within(Duration.ofMinutes(10)));
        pod.awaitStdout("writing");

        node.kill();
        cluster.controller().kill();
        long killed = writes(volume);
        vm.output(Command.of("dd if=/dev/zero of=" + path + "/while-killed bs=4k count=4 oflag=direct conv=fsync"));
        assertThat(writes(volume)).as("writes arrive without our programs").isGreaterThan(killed);
        cluster.controller().start();
        node.start();

        assertThat(pod.isRunning()).isTrue();
        assertThat(node.devices()).as("adopted, not attached again").hasSize(1);
        vm.output("touch /root/enough");
        assertThat(pod.await().succeeded()).as("the pod saw no error").isTrue();
        cluster.takeAway(node, volume, "pod");
        assertThat(node.devices()).isEmpty();
        assertThat(node.paths()).isEmpty();
    }

    @Test
    @Order(2)
    void aVolumeThatWasStagedBeforeTheRestartIsStagedAgainWithoutBeingTouched() {
        Volume volume = cluster.create("staged", 16 * MIB);
        Map<String, String> context = cluster.publish(volume, node, MOUNT);
        cluster.stage(node, volume, context, MOUNT);
        String before = vm.output("stat -c %Z /sys/block/dysk*/size; cat /proc/self/mountinfo | grep dysk");

        node.restart();
        cluster.stage(node, volume, context, MOUNT);

        assertThat(vm.output("stat -c %Z /sys/block/dysk*/size; cat /proc/self/mountinfo | grep dysk")).isEqualTo(before);
        cluster.unstage(node, volume);
        cluster.unpublish(volume, node);
    }

    /** The last: it ends the machine. */
    @Test
    @Order(3)
    void afterTheNodeWasCutOffAndBootedAgainAVolumeIsStagedWhereItWas() {
        Volume volume = cluster.create("survives", 16 * MIB);
        String path = cluster.bring(node, volume, "pod", MOUNT);
        vm.output("echo kept > " + path + "/file && sync -f " + path + "/file && echo lost > " + path + "/unsynced");
        vm.kill();

        try (VirtualMachine again = VirtualMachine.boot(vm.spec().withName(vm.spec().name() + ".again"))) {
            Node rebooted = Node.prepare(again, "node-1", cluster.storage());
            // What the node's own disk still has: the folders, without anything mounted there.
            again.output("mkdir -p " + Requests.staging(volume) + " " + path);
            rebooted.start();
            Map<String, String> context = cluster.publish(volume, rebooted, MOUNT);
            cluster.stage(rebooted, volume, context, MOUNT);
            String target = cluster.mount(rebooted, volume, "pod", context, MOUNT);

            assertThat(again.output("cat " + target + "/file")).isEqualTo("kept");
            cluster.takeAway(rebooted, volume, "pod");
            assertThat(rebooted.devices()).isEmpty();
            assertThat(rebooted.paths()).isEmpty();
            rebooted.close();
            again.checkKernelLog();
        }
    }

    private long writes(Volume volume) {
        return cluster.storage().writes(volume.getVolumeId()).size();
    }
}
