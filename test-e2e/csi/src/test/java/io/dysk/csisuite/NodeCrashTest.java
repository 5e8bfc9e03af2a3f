package io.dysk.csisuite;

import static io.dysk.csisuite.Requests.MIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.dysk.csi.Volume;
import io.dysk.csi.VolumeCapability;
import io.dysk.csisuite.guest.StepFolder;
import io.dysk.node.step.NodeStep;
import io.dysk.vm.KernelTest;
import io.dysk.vm.Machine;
import io.dysk.vm.VirtualMachine;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * The node plugin's process ends at each of its steps, and the one after it is asked the same: the call ends well, the files are
 * right, and nothing is left over on the node. Which steps there are is what the code declares; one that no scenario passes is a failure.
 */
@KernelTest
@Tag("long")
@TestInstance(Lifecycle.PER_CLASS)
class NodeCrashTest {
    private static final long SIZE = 16 * MIB;
    private static final String STEPS = "/root/steps";
    private static final String POD = "pod";
    private static final VolumeCapability MOUNT = Requests.mounted();
    private static final VolumeCapability BLOCK = Requests.block();

    private final VirtualMachine vm;
    private final Set<String> passed = new TreeSet<>();
    private final Map<String, Volume> volumes = new HashMap<>();
    private final Map<String, Map<String, String>> contexts = new HashMap<>();
    private Cluster cluster;
    private AccessService access;
    private Node node;
    private boolean claims;
    private int names;

    NodeCrashTest(@Machine(with = CsiNode.class) VirtualMachine vm) {
        this.vm = vm;
    }

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        access = AccessService.make(folder);
        cluster = Cluster.start(folder, access.controllerOptions("--serve-claims"));
        node = Node.prepare(vm, "node", cluster.storage());
        vm.output("mkdir " + STEPS);
        // Devices that lose their lease, and file systems on them, say so.
        vm.allowInKernelLog("dysk|EXT4-fs|JBD2|Buffer I/O error|blk_update_request|I/O error|Remounting");
        node.startEnding(STEPS);
    }

    @AfterAll
    void stop() {
        node.close();
        cluster.close();
    }

    @TestFactory
    Stream<DynamicTest> endedAtEachStep() {
        Stream<DynamicTest> each = scenarios().stream().flatMap(scenario -> {
            List<String> onTheWay = pass(scenario);
            passed.addAll(onTheWay);
            return onTheWay.stream().map(step -> dynamicTest(scenario.name() + ", ended at " + step, () -> end(scenario, step)));
        });
        DynamicTest all = dynamicTest("no step is left out", () -> assertThat(passed).containsAll(
                Scenario.stepsOf(NodeStep.class).stream().map(StepFolder::name).toList()));
        return Stream.concat(each, Stream.of(all));
    }

    private List<String> pass(Scenario scenario) {
        String name = nextName();
        scenario.prepare().accept(name);
        vm.output("rm -f " + STEPS + "/*");
        scenario.call().accept(name);
        List<String> onTheWay = List.copyOf(new LinkedHashSet<>(vm.output("cat " + STEPS + "/reached").lines().toList()));
        scenario.verify().accept(name);
        nothingIsLeft(name);
        return onTheWay;
    }

    private void end(Scenario scenario, String step) {
        String name = nextName();
        scenario.prepare().accept(name);
        endDuring(step, () -> scenario.call().accept(name));

        scenario.call().accept(name);

        scenario.verify().accept(name);
        nothingIsLeft(name);
    }

    /** The call is cut off at the step; then the plugin runs again. */
    private void endDuring(String step, Runnable call) {
        vm.output("echo " + step + " > " + STEPS + "/end-at");
        Status cutOff = Csi.failure(call::run);
        assertThat(cutOff.getCode()).as("%s", cutOff).isEqualTo(Status.Code.UNAVAILABLE);
        node.awaitEnd();
        vm.output("rm " + STEPS + "/end-at");
        node.startEnding(STEPS);
    }

    private void nothingIsLeft(String name) {
        cluster.unpublish(volumes.get(name), node);
        assertThat(cluster.storage().blob(volumes.get(name).getVolumeId()).leaseId()).as("lease").isNull();
        cluster.delete(volumes.get(name));
        assertThat(node.devices()).as("devices").isEmpty();
        assertThat(node.mounts()).as("mounts").isEmpty();
        assertThat(node.paths()).as("paths").isEmpty();
    }

    // ---- what is done -----------------------------------------------------------------------------------------------

    private List<Scenario> scenarios() {
        return List.of(
                scenario("stage a new volume", name -> made(name, MOUNT), name -> stage(name, MOUNT), this::worksAndGoes),
                scenario("stage a volume with files", this::withFiles, name -> stage(name, MOUNT), this::hasItsFilesAndGoes),
                scenario("stage after mkfs was cut short", name -> {
                    made(name, MOUNT);
                    endDuring("NodeStageVolume/MARKED", () -> stage(name, MOUNT));
                }, name -> stage(name, MOUNT), this::worksAndGoes),
                scenario("stage a volume that has grown", name -> {
                    withFiles(name);
                    cluster.controller().csi().controller().controllerExpandVolume(Requests.expand(volumes.get(name), 2 * SIZE, MOUNT).build());
                }, name -> stage(name, MOUNT), name -> {
                    assertThat(Long.parseLong(vm.output("df -B1 --output=size " + staging(name) + " | tail -1").strip())).isGreaterThan(SIZE);
                    hasItsFilesAndGoes(name);
                }),
                scenario("stage after the device lost its lease", name -> {
                    withFiles(name);
                    stage(name, MOUNT);
                    cluster.unpublish(volumes.get(name), node);
                    vm.run("dd if=/dev/zero of=" + staging(name) + "/late bs=4k count=1 oflag=direct conv=fsync");
                    // Somebody has unmounted it; while it is in use, it is left alone.
                    vm.output("umount " + staging(name));
                    publish(name, MOUNT);
                }, name -> stage(name, MOUNT), this::hasItsFilesAndGoes),
                scenario("stage after the device was taken away under its file system", name -> {
                    withFiles(name);
                    stage(name, MOUNT);
                    vm.output("dysktool detach 0 force");
                }, name -> stage(name, MOUNT), this::hasItsFilesAndGoes),
                scenario("publish", name -> staged(name, MOUNT), name -> nodePublish(name, MOUNT), name -> {
                    vm.output("touch " + target(name) + "/file");
                    unpublishAndUnstage(name);
                }),
                scenario("publish raw block", name -> staged(name, BLOCK), name -> nodePublish(name, BLOCK), name -> {
                    vm.output("dd if=/dev/zero of=" + target(name) + " bs=4k count=1 oflag=direct");
                    unpublishAndUnstage(name);
                }),
                scenario("unpublish", name -> {
                    staged(name, MOUNT);
                    nodePublish(name, MOUNT);
                }, this::nodeUnpublish, this::unpublishAndUnstage),
                scenario("unpublish raw block", name -> {
                    staged(name, BLOCK);
                    nodePublish(name, BLOCK);
                }, this::nodeUnpublish, this::unpublishAndUnstage),
                scenario("unstage", name -> staged(name, MOUNT), this::unstage, this::unpublishAndUnstage),
                scenario("unstage raw block", name -> staged(name, BLOCK), this::unstage, this::unpublishAndUnstage),
                scenario("expand", name -> {
                    staged(name, MOUNT);
                    nodePublish(name, MOUNT);
                    cluster.controller().csi().controller().controllerExpandVolume(Requests.expand(volumes.get(name), 2 * SIZE, MOUNT).build());
                }, name -> node.csi().node().nodeExpandVolume(Requests.nodeExpand(volumes.get(name), target(name), MOUNT).build()), name -> {
                    assertThat(Long.parseLong(vm.output("df -B1 --output=size " + target(name) + " | tail -1").strip())).isGreaterThan(SIZE);
                    unpublishAndUnstage(name);
                }),
                // From here on the plugin takes leases itself.
                scenario("claim and stage", this::claimed, name -> stage(name, MOUNT), name -> {
                    worksAndGoes(name);
                    isGivenBack(name);
                }),
                scenario("unstage and give back", name -> {
                    claimed(name);
                    stage(name, MOUNT);
                }, this::unstage, this::isGivenBack));
    }

    /** A volume that nothing is attached for, and a plugin that claims. */
    private void claimed(String name) {
        if (!claims) {
            claims = true;
            node.kill();
            try {
                node.with(access.nodeOptions(vm) + " --claim-leases").startEnding(STEPS);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        volumes.put(name, cluster.create(name, SIZE));
        contexts.put(name, Map.of());
    }

    private void isGivenBack(String name) {
        assertThat(cluster.storage().blob(volumes.get(name).getVolumeId()).leaseId()).as("lease").isNull();
    }

    private static Scenario scenario(String name, Consumer<String> prepare, Consumer<String> call, Consumer<String> verify) {
        return new Scenario(name, prepare, call, verify);
    }

    private void made(String name, VolumeCapability capability) {
        volumes.put(name, cluster.create(name, SIZE));
        publish(name, capability);
    }

    private void publish(String name, VolumeCapability capability) {
        contexts.put(name, cluster.publish(volumes.get(name), node, capability));
    }

    private void staged(String name, VolumeCapability capability) {
        made(name, capability);
        stage(name, capability);
    }

    /** Published, not staged, with a file system and a file. */
    private void withFiles(String name) {
        staged(name, MOUNT);
        vm.output("echo kept > " + staging(name) + "/kept && sync -f " + staging(name) + "/kept");
        unstage(name);
        cluster.unpublish(volumes.get(name), node);
        publish(name, MOUNT);
    }

    private void stage(String name, VolumeCapability capability) {
        cluster.stage(node, volumes.get(name), contexts.get(name), capability);
    }

    private void nodePublish(String name, VolumeCapability capability) {
        cluster.mount(node, volumes.get(name), POD, contexts.get(name), capability);
    }

    private void nodeUnpublish(String name) {
        cluster.unmount(node, volumes.get(name), POD);
    }

    private void unstage(String name) {
        cluster.unstage(node, volumes.get(name));
    }

    private void unpublishAndUnstage(String name) {
        nodeUnpublish(name);
        unstage(name);
    }

    private void worksAndGoes(String name) {
        vm.output("mountpoint " + staging(name) + " && echo new > " + staging(name) + "/new && sync -f " + staging(name) + "/new");
        unstage(name);
    }

    private void hasItsFilesAndGoes(String name) {
        assertThat(vm.output("cat " + staging(name) + "/kept")).isEqualTo("kept");
        worksAndGoes(name);
    }

    private String staging(String name) {
        return Requests.staging(volumes.get(name));
    }

    private String target(String name) {
        return Requests.target(volumes.get(name), POD);
    }

    private String nextName() {
        return "volume-" + ++names;
    }
}
