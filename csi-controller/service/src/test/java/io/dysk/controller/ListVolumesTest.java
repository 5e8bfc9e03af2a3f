package io.dysk.controller;

import static io.dysk.controller.Requests.MIB;
import static io.dysk.controller.Requests.create;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.dysk.blob.BlobAddress;
import io.dysk.blob.ContainerName;
import io.dysk.blob.NewPageBlob;
import io.dysk.csi.ControllerGetVolumeRequest;
import io.dysk.csi.GetCapacityRequest;
import io.dysk.csi.GetCapacityResponse;
import io.dysk.csi.ListVolumesRequest;
import io.dysk.csi.ListVolumesResponse;
import io.dysk.csi.Topology;
import io.dysk.csi.Volume;
import io.dysk.csi.VolumeCapability.AccessMode.Mode;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListVolumesTest {
    private Storage storage;
    private Controller controller;

    @BeforeEach
    void start(@TempDir Path folder) {
        storage = new Storage(folder).own(Storage.ALPHA, "capacityGiB=1", "topology.zone=1").own(Storage.BETA, "capacityGiB=2", "topology.zone=2");
        controller = new Controller(storage);
    }

    @AfterEach
    void end() {
        controller.close();
        storage.close();
    }

    private String make(String name, String account) {
        return controller.calls().createVolume(create(name, 4).putParameters("account", account).build()).getVolume().getVolumeId();
    }

    private ListVolumesResponse list(int most, String token) {
        return controller.calls().listVolumes(ListVolumesRequest.newBuilder().setMaxEntries(most).setStartingToken(token).build());
    }

    private static List<String> ids(ListVolumesResponse part) {
        return part.getEntriesList().stream().map(entry -> entry.getVolume().getVolumeId()).toList();
    }

    private void refused(Runnable call, Status.Code code) {
        Throwable failure = catchThrowable(call::run);
        assertThat(Status.fromThrowable(failure).getCode()).as(String.valueOf(failure)).isEqualTo(code);
    }

    @Test
    void a_token_that_is_none_is_aborted_and_a_negative_number_is_invalid() {
        refused(() -> list(0, "invalid-token"), Status.Code.ABORTED);
        refused(() -> list(-1, ""), Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void nothing_is_an_empty_list() {
        assertThat(list(0, "")).isEqualTo(ListVolumesResponse.getDefaultInstance());
    }

    @Test
    void volumes_of_all_accounts_are_listed_once_each_whatever_comes_and_goes_between_parts() {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            all.add(make("v" + i, "alpha"));
            all.add(make("v" + i + "b", "beta"));
        }
        ListVolumesResponse first = list(3, "");
        assertThat(ids(first)).containsExactly("alpha/volumes/v0", "alpha/volumes/v1", "alpha/volumes/v2");
        // What ended the part goes, one comes before it and one behind.
        controller.calls().deleteVolume(Requests.delete("alpha/volumes/v2"));
        make("a", "alpha");
        make("v20", "alpha");
        List<String> rest = new ArrayList<>();
        String token = first.getNextToken();
        while (!token.isEmpty()) {
            ListVolumesResponse part = list(3, token);
            rest.addAll(ids(part));
            token = part.getNextToken();
        }
        assertThat(rest).containsExactly("alpha/volumes/v20", "alpha/volumes/v3", "alpha/volumes/v4",
                "beta/volumes/v0b", "beta/volumes/v1b", "beta/volumes/v2b", "beta/volumes/v3b", "beta/volumes/v4b");
        assertThat(ids(list(0, ""))).hasSize(11);
    }

    @Test
    void what_is_listed_is_what_create_told_and_says_where_it_is_published() {
        Volume made = controller.calls().createVolume(create("v", 4).putParameters("account", "alpha").putParameters("mkfsOptions", "-m 0").build())
                .getVolume();
        String reader = make("r", "beta");
        controller.calls().controllerPublishVolume(Requests.publish(made.getVolumeId(), Requests.NODE_A, Mode.SINGLE_NODE_WRITER));
        controller.calls().controllerPublishVolume(Requests.publish(reader, Requests.NODE_A, Mode.MULTI_NODE_READER_ONLY));
        controller.calls().controllerPublishVolume(Requests.publish(reader, Requests.NODE_B, Mode.MULTI_NODE_READER_ONLY));
        ListVolumesResponse listed = list(0, "");
        assertThat(listed.getEntries(0).getVolume()).isEqualTo(made);
        assertThat(listed.getEntries(0).getStatus().getPublishedNodeIdsList()).containsExactly(Requests.NODE_A);
        assertThat(listed.getEntries(1).getStatus().getPublishedNodeIdsList()).containsExactlyInAnyOrder(Requests.NODE_A, Requests.NODE_B);
        var got = controller.calls().controllerGetVolume(ControllerGetVolumeRequest.newBuilder().setVolumeId(made.getVolumeId()).build());
        assertThat(got.getVolume()).isEqualTo(made);
        assertThat(got.getStatus().getPublishedNodeIdsList()).containsExactly(Requests.NODE_A);
        assertThat(got.getStatus().getVolumeCondition().getAbnormal()).isFalse();
    }

    @Test
    void deleted_volumes_that_are_kept_for_snapshots_and_foreign_containers_are_not_listed() {
        String id = make("v", "alpha");
        controller.calls().createSnapshot(Requests.snapshot(id, "s"));
        controller.calls().deleteVolume(Requests.delete(id));
        assertThat(ids(list(0, ""))).isEmpty();
        refused(() -> controller.calls().controllerGetVolume(ControllerGetVolumeRequest.newBuilder().setVolumeId(id).build()), Status.Code.NOT_FOUND);
        assertThat(make("v", "alpha")).as("a new one of that name").isEqualTo("alpha/volumes/v~2");
        assertThat(make("v", "alpha")).isEqualTo("alpha/volumes/v~2");
    }

    // ---- capacity

    private GetCapacityResponse capacity(GetCapacityRequest.Builder request) {
        try (Controller fresh = new Controller(storage)) { // sums are kept for some seconds
            return fresh.calls().getCapacity(request.build());
        }
    }

    @Test
    void capacity_is_what_is_left_by_parameters_and_topology() {
        long gib = 1L << 30;
        assertThat(capacity(GetCapacityRequest.newBuilder()).getAvailableCapacity()).isEqualTo(3 * gib);
        make("v", "alpha");
        storage.store("beta").createContainer(new ContainerName("volumes"));
        storage.store("beta").create(BlobAddress.of("volumes", "static"), NewPageBlob.raw(MIB));
        assertThat(capacity(GetCapacityRequest.newBuilder()).getAvailableCapacity()).isEqualTo(3 * gib - 5 * MIB);
        assertThat(capacity(GetCapacityRequest.newBuilder().putParameters("account", "alpha")).getAvailableCapacity()).isEqualTo(gib - 4 * MIB);
        assertThat(capacity(GetCapacityRequest.newBuilder().setAccessibleTopology(Topology.newBuilder().putSegments("zone", "2")))
                .getAvailableCapacity()).isEqualTo(2 * gib - MIB);
        GetCapacityResponse nowhere = capacity(GetCapacityRequest.newBuilder().setAccessibleTopology(Topology.newBuilder().putSegments("zone", "3")));
        assertThat(nowhere.getAvailableCapacity()).isZero();
        GetCapacityResponse vhd = capacity(GetCapacityRequest.newBuilder().putParameters("vhd", "true"));
        assertThat(vhd.getMinimumVolumeSize().getValue()).isEqualTo(MIB);
        assertThat(vhd.getMaximumVolumeSize().getValue()).isEqualTo(2 * gib - MIB);
        refused(() -> controller.calls().getCapacity(GetCapacityRequest.newBuilder().putParameters("nonsense", "1").build()),
                Status.Code.INVALID_ARGUMENT);
    }
}
