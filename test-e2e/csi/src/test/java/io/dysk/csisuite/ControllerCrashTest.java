package io.dysk.csisuite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.dysk.blob.Listing;
import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.FaultRule;
import io.dysk.controller.step.ControllerStep;
import io.dysk.csi.ControllerGrpc;
import io.dysk.csi.ControllerModifyVolumeRequest;
import io.dysk.csi.CreateSnapshotRequest;
import io.dysk.csi.CreateVolumeRequest;
import io.dysk.csi.DeleteSnapshotRequest;
import io.dysk.csi.DeleteVolumeRequest;
import io.dysk.csi.Volume;
import io.dysk.csi.VolumeCapability;
import io.dysk.csi.VolumeCapability.AccessMode;
import io.dysk.csi.VolumeContentSource;
import io.dysk.csisuite.guest.EndingController;
import io.dysk.csisuite.guest.StepFolder;
import io.dysk.rpc.contract.NodeId;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
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
 * The controller's process ends at each of its steps, and the one after it is asked the same: the call ends well and nothing is left
 * over. Which steps there are is what the code declares; one that no scenario passes is a failure.
 */
@Tag("kernel")
@TestInstance(Lifecycle.PER_CLASS)
class ControllerCrashTest {
    private static final long SIZE = 4 * Requests.MIB;
    private static final String NODE_A = new NodeId("a").toString();
    private static final String NODE_B = new NodeId("b").toString();
    private static final String SOURCE = "the-source";

    private final Set<String> passed = new TreeSet<>();
    private final Map<String, String> snapshots = new HashMap<>();
    private Storage storage;
    private Controller controller;
    private Path steps;
    private int names;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        steps = Files.createDirectories(folder.resolve("steps"));
        storage = Storage.startPremium();
        controller = new Controller(folder, storage);
        startController();
    }

    @AfterAll
    void stop() {
        controller.close();
        storage.close();
    }

    @TestFactory
    Stream<DynamicTest> endedAtEachStep() {
        Stream<DynamicTest> each = scenarios().stream().flatMap(scenario -> {
            List<String> onTheWay = pass(scenario);
            passed.addAll(onTheWay);
            return onTheWay.stream().map(step -> dynamicTest(scenario.name() + ", ended at " + step, () -> end(scenario, step)));
        });
        DynamicTest all = dynamicTest("no step is left out", () -> assertThat(passed).containsAll(
                Scenario.stepsOf(ControllerStep.class).stream().map(StepFolder::name).toList()));
        return Stream.concat(each, Stream.of(all));
    }

    /** Without an end: the steps that it passes. */
    private List<String> pass(Scenario scenario) {
        String name = nextName();
        Map<String, String> before = world();
        scenario.prepare().accept(name);
        forgetSteps();
        scenario.call().accept(name);
        List<String> onTheWay = List.copyOf(new LinkedHashSet<>(reached()));
        scenario.verify().accept(name);
        assertThat(world()).as("%s leaves nothing", scenario.name()).isEqualTo(before);
        return onTheWay;
    }

    private void end(Scenario scenario, String step) {
        String name = nextName();
        Map<String, String> before = world();
        scenario.prepare().accept(name);
        write("end-at", step);
        Status cutOff = Csi.failure(() -> scenario.call().accept(name));
        controller.awaitEnd();
        assertThat(cutOff.getCode()).as("%s", cutOff).isEqualTo(Status.Code.UNAVAILABLE);
        remove("end-at");
        startController();

        scenario.call().accept(name);

        scenario.verify().accept(name);
        assertThat(world()).as("nothing is left over").isEqualTo(before);
    }

    // ---- what is done -----------------------------------------------------------------------------------------------

    private List<Scenario> scenarios() {
        return List.of(
                scenario("create in a new container", name -> {}, name -> create(intoNew(name)),
                        name -> delete(volume("new-" + name, name))),
                scenario("create with a tier and tags", name -> {}, name -> create(Requests.create(name, SIZE).putParameters("tier", "P20")
                        .putParameters("tags", "a=b")), name -> {
                            assertThat(storage.store().tags(storage.address(volume(name)))).containsEntry("a", "b");
                            delete(volume(name));
                        }),
                scenario("clone into a larger volume", name -> source(), name -> create(cloned(name, 2 * SIZE)), name -> {
                    assertThat(storage.blob(volume(name)).size()).isEqualTo(2 * SIZE);
                    delete(volume(name));
                    delete(volume(SOURCE));
                }),
                scenario("clone again after the copy failed", name -> {
                    source();
                    storage.server().copies().hold(true);
                    assertThat(Csi.failure(() -> inTime(2).createVolume(cloned(name, SIZE).build())).getCode())
                            .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
                    storage.server().copies().endAll(false);
                    storage.server().copies().hold(false);
                }, name -> create(cloned(name, SIZE)), name -> {
                    delete(volume(name));
                    delete(volume(SOURCE));
                }),
                scenario("delete", name -> create(Requests.create(name, SIZE)), name -> delete(volume(name)),
                        name -> assertThat(storage.blob(volume(name)).exists()).isFalse()),
                scenario("delete while it is copied", name -> {
                    source();
                    storage.server().copies().hold(true);
                    Csi.failure(() -> inTime(2).createVolume(cloned(name, SIZE).build()));
                    storage.server().copies().hold(false);
                }, name -> delete(volume(name)), name -> delete(volume(SOURCE))),
                scenario("delete with a snapshot", name -> {
                    create(Requests.create(name, SIZE));
                    snapshot(name);
                }, name -> delete(volume(name)), name -> deleteSnapshot(name)),
                scenario("snapshot", name -> create(Requests.create(name, SIZE)), this::snapshot, name -> {
                    deleteSnapshot(name);
                    delete(volume(name));
                }),
                scenario("delete the last snapshot of a deleted volume", name -> {
                    create(Requests.create(name, SIZE));
                    snapshot(name);
                    delete(volume(name));
                }, this::deleteSnapshot, name -> assertThat(storage.blob(volume(name)).exists()).isFalse()),
                scenario("expand", name -> create(Requests.create(name, SIZE)), name -> calls().controllerExpandVolume(
                        Requests.expand(Volume.newBuilder().setVolumeId(volume(name)).build(), 2 * SIZE, Requests.mounted()).build()), name -> {
                            assertThat(storage.blob(volume(name)).size()).isEqualTo(2 * SIZE);
                            delete(volume(name));
                        }),
                scenario("modify", name -> create(Requests.create(name, SIZE)), name -> calls().controllerModifyVolume(
                        ControllerModifyVolumeRequest.newBuilder().setVolumeId(volume(name)).putMutableParameters("tier", "P30")
                                .putMutableParameters("tags", "c=d").build()), name -> {
                                    assertThat(storage.store().tags(storage.address(volume(name)))).containsEntry("c", "d");
                                    delete(volume(name));
                                }),
                scenario("publish", name -> create(Requests.create(name, SIZE)), name -> publish(name, NODE_B, false), name -> {
                    assertThat(storage.blob(volume(name)).leaseId()).isNotNull();
                    unpublish(name, NODE_B);
                    delete(volume(name));
                }),
                scenario("publish for reading", name -> create(Requests.create(name, SIZE)), name -> publish(name, NODE_B, true), name -> {
                    unpublish(name, NODE_B);
                    delete(volume(name));
                }),
                scenario("publish a VHD whose growth was cut short", this::cutShortVhd, name -> publish(name, NODE_B, false), name -> {
                    unpublish(name, NODE_B);
                    delete(volume(name));
                }),
                scenario("publish after the node that has it was given up", name -> givenUp(name, false), name -> publish(name, NODE_B, false), name -> {
                    assertThat(holder(name)).contains(NODE_B);
                    unpublish(name, NODE_B);
                    unpublish(name, NODE_A);
                    delete(volume(name));
                }),
                scenario("publish after the only reader was given up", name -> givenUp(name, true), name -> publish(name, NODE_B, false), name -> {
                    unpublish(name, NODE_B);
                    unpublish(name, NODE_A);
                    delete(volume(name));
                }),
                scenario("unpublish", name -> {
                    create(Requests.create(name, SIZE));
                    publish(name, NODE_A, false);
                }, name -> unpublish(name, NODE_A), name -> {
                    assertThat(storage.blob(volume(name)).leaseId()).isNull();
                    delete(volume(name));
                }),
                scenario("unpublish a reader", name -> {
                    create(Requests.create(name, SIZE));
                    publish(name, NODE_A, true);
                }, name -> unpublish(name, NODE_A), name -> {
                    assertThat(storage.blob(volume(name)).leaseId()).isNull();
                    delete(volume(name));
                }));
    }

    private static Scenario scenario(String name, Consumer<String> prepare, Consumer<String> call, Consumer<String> verify) {
        return new Scenario(name, prepare, call, verify);
    }

    private ControllerGrpc.ControllerBlockingStub calls() {
        return controller.csi().controller();
    }

    private ControllerGrpc.ControllerBlockingStub inTime(int seconds) {
        return calls().withDeadlineAfter(seconds, TimeUnit.SECONDS);
    }

    private static String volume(String name) {
        return volume(Storage.CONTAINER, name);
    }

    private static String volume(String container, String name) {
        return Storage.ACCOUNT + "/" + container + "/" + name;
    }

    private void create(CreateVolumeRequest.Builder request) {
        calls().createVolume(request.build());
    }

    private static CreateVolumeRequest.Builder intoNew(String name) {
        return Requests.create(name, SIZE).putParameters("container", "new-" + name);
    }

    private void source() {
        create(Requests.create(SOURCE, SIZE));
    }

    private static CreateVolumeRequest.Builder cloned(String name, long bytes) {
        return Requests.create(name, bytes).setVolumeContentSource(VolumeContentSource.newBuilder()
                .setVolume(VolumeContentSource.VolumeSource.newBuilder().setVolumeId(volume(SOURCE))));
    }

    private void delete(String volumeId) {
        calls().deleteVolume(DeleteVolumeRequest.newBuilder().setVolumeId(volumeId).build());
    }

    private void snapshot(String name) {
        snapshots.put(name, calls().createSnapshot(CreateSnapshotRequest.newBuilder().setSourceVolumeId(volume(name)).setName("snapshot").build())
                .getSnapshot().getSnapshotId());
    }

    private void deleteSnapshot(String name) {
        calls().deleteSnapshot(DeleteSnapshotRequest.newBuilder().setSnapshotId(snapshots.get(name)).build());
    }

    private void publish(String name, String node, boolean forReading) {
        VolumeCapability capability = Requests.mounted("",
                forReading ? AccessMode.Mode.MULTI_NODE_READER_ONLY : AccessMode.Mode.SINGLE_NODE_WRITER);
        calls().controllerPublishVolume(Requests.publish(Volume.newBuilder().setVolumeId(volume(name)).build(), node, capability)
                .setReadonly(forReading).build());
    }

    private void unpublish(String name, String node) {
        calls().controllerUnpublishVolume(Requests.unpublish(Volume.newBuilder().setVolumeId(volume(name)).build(), node));
    }

    private String holder(String name) {
        return storage.store().leaseHolder(storage.address(volume(name))).orElseThrow().name();
    }

    /** Kubernetes took it away from A, which could not be carried out. */
    private void givenUp(String name, boolean reader) {
        create(Requests.create(name, SIZE));
        publish(name, NODE_A, reader);
        storage.server().faults().add(new FaultRule(null, null, null, null, null, 0, 0), new Fault(Fault.Kind.DROP, 0, "", -1, 0, 0));
        Csi.failure(() -> inTime(20).controllerUnpublishVolume(
                Requests.unpublish(Volume.newBuilder().setVolumeId(volume(name)).build(), NODE_A)));
        storage.server().faults().clear();
    }

    /** It has grown, and its new footer could not be written. */
    private void cutShortVhd(String name) {
        create(Requests.create(name, SIZE).putParameters("vhd", "true"));
        storage.server().faults().add(new FaultRule("PUT", "page", null, null, null, 0, 0),
                new Fault(Fault.Kind.ANSWER, 403, "AuthorizationFailure", -1, 0, 0));
        Csi.failure(() -> calls().controllerExpandVolume(
                Requests.expand(Volume.newBuilder().setVolumeId(volume(name)).build(), 2 * SIZE, Requests.mounted()).build()));
        storage.server().faults().clear();
    }

    // ---- the world, and the program's steps -------------------------------------------------------------------------

    /** All that the account has: names, sizes, leases, facts, snapshots. */
    private Map<String, String> world() {
        Map<String, String> world = new TreeMap<>();
        storage.store().volumeContainers().forEach(container -> storage.store().list(container, Listing.ofPrefix("")).items()
                .forEach(blob -> world.put(blob.address().toString(), blob.blobBytes() + " " + blob.lease() + " " + new TreeMap<>(blob.metadata()) + " "
                        + storage.store().snapshots(blob.address()).size() + " snapshots")));
        return world;
    }

    private String nextName() {
        return "volume-" + ++names;
    }

    private void startController() {
        controller.start(EndingController.class.getName(), "-Ddysk.test.steps=" + steps);
        // Each process looks once whether the container is there; that has a scenario of its own.
        create(Requests.create("first", SIZE));
        delete(volume("first"));
    }

    private List<String> reached() {
        try {
            return Files.exists(steps.resolve("reached")) ? Files.readAllLines(steps.resolve("reached")) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void forgetSteps() {
        remove("reached");
    }

    private void write(String file, String text) {
        try {
            Files.writeString(steps.resolve(file), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void remove(String file) {
        try {
            Files.deleteIfExists(steps.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
