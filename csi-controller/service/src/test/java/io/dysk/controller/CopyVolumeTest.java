package io.dysk.controller;

import static io.dysk.controller.Requests.MIB;
import static io.dysk.controller.Requests.create;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.dysk.blob.BlobAddress;
import io.dysk.controller.step.CreateVolumeStep;
import io.dysk.controller.step.DeleteVolumeStep;
import io.dysk.csi.CapacityRange;
import io.dysk.csi.CreateVolumeRequest;
import io.dysk.csi.DeleteSnapshotRequest;
import io.dysk.csi.Volume;
import io.dysk.csi.VolumeCapability;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes made from volumes and snapshots. */
class CopyVolumeTest {
    private Storage storage;
    private Controller controller;
    private Volume source;

    @BeforeEach
    void start(@TempDir Path folder) {
        storage = new Storage(folder).own(Storage.ALPHA).own(Storage.BETA);
        controller = new Controller(storage);
        source = make(create("source", 4).putParameters("account", "alpha"));
        write("source", 7);
    }

    @AfterEach
    void end() {
        controller.close();
        storage.close();
    }

    private Volume make(CreateVolumeRequest.Builder request) {
        return controller.calls().createVolume(request.build()).getVolume();
    }

    private void refused(Runnable call, Status.Code code, String... says) {
        Throwable failure = catchThrowable(call::run);
        assertThat(failure).as("fails").isNotNull();
        assertThat(Status.fromThrowable(failure).getCode()).as(failure.getMessage()).isEqualTo(code);
        for (String said : says) {
            assertThat(Status.fromThrowable(failure).getDescription()).contains(said);
        }
    }

    private void write(String blob, int value) {
        byte[] sector = new byte[512];
        Arrays.fill(sector, (byte) value);
        assertThat(new PageWriter(storage.store("alpha")).write(BlobAddress.of("volumes", blob), 0, sector, Optional.empty())).isEqualTo(201);
    }

    private int firstByte(Volume volume) {
        var context = volume.getVolumeContextMap();
        return storage.blob(context.get("account"), context.get("container"), context.get("blob")).read(0, 1)[0];
    }

    private String snapshot(String name) {
        return controller.calls().createSnapshot(Requests.snapshot(source.getVolumeId(), name)).getSnapshot().getSnapshotId();
    }

    private CreateVolumeRequest.Builder clone(String name) {
        return create(name, 4).setVolumeContentSource(Requests.ofVolume(source.getVolumeId()));
    }

    // ---- what is refused

    @Test
    void a_source_that_is_not_there_is_not_found() {
        refused(() -> make(create("v", 4).setVolumeContentSource(Requests.ofVolume("alpha/volumes/none"))), Status.Code.NOT_FOUND, "alpha/volumes/none");
        refused(() -> make(create("v", 4).setVolumeContentSource(Requests.ofVolume("nonsense"))), Status.Code.NOT_FOUND, "nonsense");
        refused(() -> make(create("v", 4).setVolumeContentSource(Requests.ofSnapshot("nonsense"))), Status.Code.NOT_FOUND, "nonsense");
        refused(() -> make(create("v", 4).setVolumeContentSource(Requests.ofSnapshot(source.getVolumeId() + "@2020-01-01T00:00:00.0000000Z"))),
                Status.Code.NOT_FOUND, "@2020");
        assertThat(storage.blob("alpha", "volumes", "v").exists()).isFalse();
    }

    @Test
    void a_size_below_the_sources_is_out_of_range_and_leaves_nothing() {
        refused(() -> make(clone("v").setCapacityRange(CapacityRange.newBuilder().setLimitBytes(2 * MIB))), Status.Code.OUT_OF_RANGE, "4194304");
        assertThat(storage.blob("alpha", "volumes", "source").snapshots()).isEmpty();
    }

    @Test
    void a_deleted_volume_can_not_be_cloned_but_its_snapshot_is_restored() {
        String snapshot = snapshot("s");
        controller.calls().deleteVolume(Requests.delete(source.getVolumeId()));
        refused(() -> make(clone("v")), Status.Code.NOT_FOUND, "deleted");
        assertThat(firstByte(make(create("w", 4).setVolumeContentSource(Requests.ofSnapshot(snapshot))))).isEqualTo(7);
    }

    // ---- what is made

    @Test
    void a_clone_is_the_source_at_that_moment_and_nothing_of_the_way_stays() {
        Volume clone = make(clone("v"));
        write("source", 9);
        assertThat(firstByte(clone)).isEqualTo(7);
        assertThat(clone.getContentSource()).isEqualTo(Requests.ofVolume(source.getVolumeId()));
        assertThat(storage.blob("alpha", "volumes", "source").snapshots()).isEmpty();
        assertThat(storage.blob("alpha", "volumes", "v").metadata()).doesNotContainKey("csi_incomplete");
        assertThat(make(clone("v"))).isEqualTo(clone);
        assertThat(firstByte(clone)).isEqualTo(7);
    }

    @Test
    void a_restored_snapshot_is_what_it_was_and_may_be_larger() {
        String snapshot = snapshot("s");
        write("source", 9);
        var request = create("v", 16).setVolumeContentSource(Requests.ofSnapshot(snapshot));
        Volume restored = make(request);
        assertThat(restored.getCapacityBytes()).isEqualTo(16 * MIB);
        assertThat(firstByte(restored)).isEqualTo(7);
        controller.calls().deleteSnapshot(DeleteSnapshotRequest.newBuilder().setSnapshotId(snapshot).build());
        assertThat(make(request)).as("also when its source is gone").isEqualTo(restored);
    }

    @Test
    void a_copy_may_go_to_another_account_and_a_vhd_stays_one() {
        Volume vhd = make(create("vhd", 4).putParameters("vhd", "true").putParameters("account", "alpha"));
        Volume copy = make(create("v", 6).putParameters("account", "beta").setVolumeContentSource(Requests.ofVolume(vhd.getVolumeId())));
        assertThat(copy.getVolumeId()).isEqualTo("beta/volumes/v");
        assertThat(copy.getCapacityBytes()).isEqualTo(6 * MIB);
        assertThat(storage.blob("beta", "volumes", "v").size()).isEqualTo(6 * MIB + 512);
        assertThat(firstByte(make(create("w", 4).putParameters("account", "beta").setVolumeContentSource(Requests.ofVolume(source.getVolumeId())))))
                .isEqualTo(7);
        refused(() -> make(clone("x").putParameters("vhd", "true")), Status.Code.INVALID_ARGUMENT, "no VHD");
    }

    // ---- slow copies

    @Test
    void a_copy_that_takes_longer_than_the_call_goes_on_and_the_next_call_finds_it() {
        storage.server.copies().hold(true);
        refused(() -> controller.calls(Duration.ofSeconds(2)).createVolume(clone("v").build()), Status.Code.DEADLINE_EXCEEDED);
        assertThat(storage.server.copies().size()).isEqualTo(1);
        refused(() -> controller.calls(Duration.ofMinutes(1)).controllerPublishVolume(Requests.publish("alpha/volumes/v", Requests.NODE_A,
                VolumeCapability.AccessMode.Mode.SINGLE_NODE_WRITER)), Status.Code.UNAVAILABLE);
        storage.server.copies().endAll(true);
        try (Controller next = new Controller(storage)) {
            assertThat(firstByte(next.calls().createVolume(clone("v").build()).getVolume())).isEqualTo(7);
            assertThat(next.reached).doesNotContain(CreateVolumeStep.COPY_STARTED)
                    .containsSubsequence(CreateVolumeStep.COPIED, CreateVolumeStep.SOURCE_RELEASED, CreateVolumeStep.COMPLETED);
        }
    }

    @Test
    void a_copy_that_fails_is_taken_away_and_begun_anew() {
        storage.server.copies().hold(true);
        controller.atEachStep((step, volume, took) -> {
            if (step == CreateVolumeStep.COPY_STARTED) {
                storage.server.copies().endAll(false);
                storage.server.copies().hold(false);
            }
        });
        assertThat(firstByte(make(clone("v")))).isEqualTo(7);
        assertThat(controller.reached).containsSubsequence(CreateVolumeStep.COPY_STARTED, CreateVolumeStep.FAILED_COPY_REMOVED,
                CreateVolumeStep.COPY_STARTED, CreateVolumeStep.COMPLETED);
        assertThat(storage.blob("alpha", "volumes", "source").snapshots()).isEmpty();
    }

    @Test
    void while_it_is_copied_another_call_for_it_is_aborted_and_deleting_it_afterwards_leaves_nothing() {
        storage.server.copies().hold(true);
        var first = CompletableFuture.runAsync(() -> catchThrowable(() -> controller.calls(Duration.ofSeconds(3)).createVolume(clone("v").build())));
        while (storage.server.copies().size() == 0) {
            Thread.onSpinWait();
        }
        refused(() -> make(clone("v")), Status.Code.ABORTED, "under way");
        first.join();
        untilNotBusy(() -> controller.calls().deleteVolume(Requests.delete("alpha/volumes/v")));
        assertThat(controller.reached).containsSubsequence(DeleteVolumeStep.COPY_ABORTED, DeleteVolumeStep.SOURCE_RELEASED, DeleteVolumeStep.DELETED);
        assertThat(storage.blob("alpha", "volumes", "v").exists()).isFalse();
        assertThat(storage.blob("alpha", "volumes", "source").snapshots()).isEmpty();
    }

    /** The call before has ended for its caller, but maybe not yet in the controller. */
    private static void untilNotBusy(Runnable call) {
        while (true) {
            try {
                call.run();
                return;
            } catch (StatusRuntimeException e) {
                if (e.getStatus().getCode() != Status.Code.ABORTED) {
                    throw e;
                }
            }
        }
    }

    @Test
    void a_source_that_is_deleted_while_it_is_cloned_is_kept_until_that_is_done() {
        storage.server.copies().hold(true);
        refused(() -> controller.calls(Duration.ofSeconds(2)).createVolume(clone("v").build()), Status.Code.DEADLINE_EXCEEDED);
        controller.calls().deleteVolume(Requests.delete(source.getVolumeId()));
        assertThat(storage.blob("alpha", "volumes", "source").metadata()).containsKey("csi_deleted");
        storage.server.copies().endAll(true);
        CreateVolumeRequest request = clone("v").build();
        untilNotBusy(() -> controller.calls().createVolume(request));
        assertThat(firstByte(controller.calls().createVolume(request).getVolume())).isEqualTo(7);
        assertThat(storage.blob("alpha", "volumes", "source").exists()).isFalse();
    }
}
