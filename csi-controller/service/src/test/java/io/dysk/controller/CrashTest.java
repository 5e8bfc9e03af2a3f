package io.dysk.controller;

import static io.dysk.controller.Requests.MIB;
import static io.dysk.controller.Requests.create;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.dysk.blob.BlobAddress;
import io.dysk.blob.Listing;
import io.dysk.controller.step.ControllerStep;
import io.dysk.controller.step.CreateVolumeStep;
import io.dysk.controller.step.DeleteVolumeStep;
import io.dysk.controller.step.ExpandVolumeStep;
import io.dysk.controller.step.ModifyVolumeStep;
import io.dysk.csi.CapacityRange;
import io.dysk.csi.ControllerExpandVolumeRequest;
import io.dysk.csi.ControllerModifyVolumeRequest;
import io.dysk.csi.CreateVolumeRequest;
import io.dysk.csi.DeleteSnapshotRequest;
import io.dysk.csi.Volume;
import io.dysk.rpc.step.Step;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A controller that dies behind any step, and another one that is asked the same: it ends as if nobody had died, and nothing is left
 * over. The steps are not listed here: those that a call without a death reports are the ones behind which it dies.
 */
class CrashTest {
    private Storage storage;

    @BeforeEach
    void start(@TempDir Path folder) {
        storage = new Storage(folder).own(Storage.ALPHA).own(Storage.PREMIUM);
    }

    @AfterEach
    void end() {
        storage.close();
    }

    /** Does something with a controller that is new. */
    private List<Step> with(Consumer<Controller> deed) {
        try (Controller controller = new Controller(storage)) {
            deed.accept(controller);
            return List.copyOf(controller.reached);
        }
    }

    private void dying(Step last, Consumer<Controller> deed) {
        with(controller -> {
            Throwable death = catchThrowable(() -> deed.accept(controller.dieAt(last)));
            assertThat(death).as("dies at %s", last).isNotNull();
            assertThat(Status.fromThrowable(death).getDescription()).contains("Died");
        });
    }

    /** All that an account has: names, sizes, metadata without what is random, and how many snapshots. */
    private Map<String, String> world() {
        Map<String, String> world = new TreeMap<>();
        for (String account : List.of(Storage.ALPHA, Storage.PREMIUM)) {
            var store = storage.store(account);
            store.volumeContainers().forEach(container -> store.list(container, Listing.ofPrefix("")).items().forEach(blob ->
                    world.put(account + "/" + blob.address(), blob.blobBytes() + " " + blob.format() + " " + blob.lease() + " " + blob.tier() + " "
                            + new TreeMap<>(blob.metadata()) + " " + store.snapshots(blob.address()).size() + " snapshots "
                            + store.tags(blob.address()))));
        }
        return world;
    }

    /** One name, made once without a death; then for each step: died there, called again, deleted; and died there and deleted at once. */
    private Set<Step> createAndDelete(CreateVolumeRequest request) {
        Map<String, String> before = world();
        Volume[] made = new Volume[1];
        Set<Step> steps = new LinkedHashSet<>(with(controller -> made[0] = controller.calls().createVolume(request).getVolume()));
        Map<String, String> after = world();
        with(controller -> controller.calls().deleteVolume(Requests.delete(made[0].getVolumeId())));
        assertThat(world()).as("deleted").isEqualTo(before);
        for (Step step : steps) {
            if (step == CreateVolumeStep.CONTAINER_READY) {
                continue; // the container is there by now; see the spec below
            }
            dying(step, controller -> controller.calls().createVolume(request));
            with(controller -> assertThat(controller.calls().createVolume(request).getVolume()).isEqualTo(made[0]));
            assertThat(world()).as("died at %s, created again", step).isEqualTo(after);
            with(controller -> controller.calls().deleteVolume(Requests.delete(made[0].getVolumeId())));
            assertThat(world()).as("died at %s, created again, deleted", step).isEqualTo(before);
            if (step != CreateVolumeStep.SOURCE_HELD) { // there is no volume to be deleted yet
                dying(step, controller -> controller.calls().createVolume(request));
                with(controller -> controller.calls().deleteVolume(Requests.delete(made[0].getVolumeId())));
                assertThat(world()).as("died at %s, deleted", step).isEqualTo(before);
            }
        }
        return steps;
    }

    @Test
    void create_at_every_step() {
        Set<Step> covered = new LinkedHashSet<>();
        String[] source = new String[2];
        with(controller -> {
            source[0] = controller.calls().createVolume(create("source", 4).putParameters("account", "premium").build()).getVolume().getVolumeId();
            source[1] = controller.calls().createSnapshot(Requests.snapshot(source[0], "s")).getSnapshot().getSnapshotId();
            controller.calls().createVolume(create("container", 1).putParameters("account", "alpha").build());
        });
        covered.addAll(createAndDelete(create("plain", 4).putParameters("account", "alpha").build()));
        covered.addAll(createAndDelete(create("vhd", 4).putParameters("account", "alpha").putParameters("vhd", "true").build()));
        covered.addAll(createAndDelete(create("all", 8).putParameters("account", "premium").putParameters("tier", "P20")
                .putParameters("tags", "a=b").setVolumeContentSource(Requests.ofVolume(source[0])).build()));
        covered.addAll(createAndDelete(create("restored", 8).putParameters("account", "alpha")
                .setVolumeContentSource(Requests.ofSnapshot(source[1])).build()));
        Set<Step> rest = new LinkedHashSet<>(EnumSet.allOf(CreateVolumeStep.class));
        rest.removeAll(covered);
        // A copy that fails has its own specs; the container's step is below.
        assertThat(rest).containsExactlyInAnyOrder(CreateVolumeStep.FAILED_COPY_REMOVED);
    }

    @Test
    void create_after_the_container_and_after_a_failed_copy_was_removed() {
        CreateVolumeRequest plain = create("v", 4).putParameters("container", "fresh").putParameters("account", "alpha").build();
        dying(CreateVolumeStep.CONTAINER_READY, controller -> controller.calls().createVolume(plain));
        String[] source = new String[1];
        with(controller -> source[0] = controller.calls().createVolume(plain).getVolume().getVolumeId());
        CreateVolumeRequest clone = create("clone", 4).putParameters("container", "fresh").putParameters("account", "alpha")
                .setVolumeContentSource(Requests.ofVolume(source[0])).build();
        storage.server.copies().hold(true);
        dying(CreateVolumeStep.FAILED_COPY_REMOVED, controller -> {
            controller.atEachStep((step, volume, took) -> {
                if (step == CreateVolumeStep.COPY_STARTED) {
                    storage.server.copies().endAll(false);
                }
                if (step == CreateVolumeStep.FAILED_COPY_REMOVED) {
                    throw new Controller.Died();
                }
            });
            controller.calls().createVolume(clone);
        });
        storage.server.copies().hold(false);
        with(controller -> controller.calls().createVolume(clone));
        assertThat(storage.blob("alpha", "fresh", "v").snapshots()).isEmpty();
        assertThat(storage.blob("alpha", "fresh", "clone").metadata()).doesNotContainKey("csi_incomplete");
    }

    @Test
    void delete_at_every_step() {
        Map<Step, String> deaths = new HashMap<>();
        for (Step step : List.of(DeleteVolumeStep.DELETED, DeleteVolumeStep.MARKED)) {
            String name = step.label();
            String[] ids = new String[2];
            with(controller -> {
                ids[0] = controller.calls().createVolume(create(name, 1).putParameters("account", "alpha").build()).getVolume().getVolumeId();
                if (step == DeleteVolumeStep.MARKED) {
                    ids[1] = controller.calls().createSnapshot(Requests.snapshot(ids[0], "s-" + name)).getSnapshot().getSnapshotId();
                }
            });
            dying(step, controller -> controller.calls().deleteVolume(Requests.delete(ids[0])));
            with(controller -> controller.calls().deleteVolume(Requests.delete(ids[0])));
            if (ids[1] != null) {
                with(controller -> controller.calls().deleteSnapshot(DeleteSnapshotRequest.newBuilder().setSnapshotId(ids[1]).build()));
            }
            deaths.put(step, name);
        }
        String source = "alpha/volumes/source";
        with(controller -> controller.calls().createVolume(create("source", 1).putParameters("account", "alpha").build()));
        for (Step step : List.of(DeleteVolumeStep.COPY_ABORTED, DeleteVolumeStep.SOURCE_RELEASED)) {
            storage.server.copies().hold(true);
            with(controller -> catchThrowable(() -> controller.calls(Duration.ofSeconds(2)).createVolume(create(step.label(), 1)
                    .putParameters("account", "alpha").setVolumeContentSource(Requests.ofVolume(source)).build())));
            dying(step, controller -> controller.calls().deleteVolume(Requests.delete("alpha/volumes/" + step.label())));
            with(controller -> controller.calls().deleteVolume(Requests.delete("alpha/volumes/" + step.label())));
            deaths.put(step, step.label());
        }
        assertThat(deaths.keySet()).containsExactlyInAnyOrderElementsOf(new ArrayList<ControllerStep>(EnumSet.allOf(DeleteVolumeStep.class)));
        assertThat(world()).containsOnlyKeys(source);
        assertThat(storage.blob("alpha", "volumes", "source").snapshots()).isEmpty();
    }

    @Test
    void expand_and_modify_at_every_step() {
        BlobAddress address = BlobAddress.of("volumes", "v");
        with(controller -> controller.calls().createVolume(create("v", 1).putParameters("account", "premium").build()));
        ControllerExpandVolumeRequest expand = ControllerExpandVolumeRequest.newBuilder().setVolumeId("premium/volumes/v")
                .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(3 * MIB)).build();
        for (Step step : ExpandVolumeStep.values()) {
            dying(step, controller -> controller.calls().controllerExpandVolume(expand));
            with(controller -> assertThat(controller.calls().controllerExpandVolume(expand).getCapacityBytes()).isEqualTo(3 * MIB));
        }
        int tier = 0;
        for (Step step : ModifyVolumeStep.values()) {
            String wanted = List.of("P20", "P30").get(tier++);
            ControllerModifyVolumeRequest modify = ControllerModifyVolumeRequest.newBuilder().setVolumeId("premium/volumes/v")
                    .putMutableParameters("tier", wanted).putMutableParameters("tags", "step=" + step.label()).build();
            dying(step, controller -> controller.calls().controllerModifyVolume(modify));
            with(controller -> controller.calls().controllerModifyVolume(modify));
            assertThat(storage.store("premium").properties(address).tier()).contains(wanted);
            assertThat(storage.store("premium").tags(address)).containsExactly(Map.entry("step", step.label()));
        }
    }
}
