package io.dysk.controller;

import static io.dysk.controller.Requests.MIB;
import static io.dysk.controller.Requests.create;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.dysk.blob.BlobAddress;
import io.dysk.blob.NewPageBlob;
import io.dysk.csi.CapacityRange;
import io.dysk.csi.ControllerExpandVolumeRequest;
import io.dysk.csi.ControllerExpandVolumeResponse;
import io.dysk.csi.ControllerGetCapabilitiesRequest;
import io.dysk.csi.ControllerModifyVolumeRequest;
import io.dysk.csi.ControllerServiceCapability.RPC.Type;
import io.dysk.csi.ControllerUnpublishVolumeRequest;
import io.dysk.csi.DeleteSnapshotRequest;
import io.dysk.csi.DeleteVolumeRequest;
import io.dysk.csi.GetPluginCapabilitiesRequest;
import io.dysk.csi.PluginCapability;
import io.dysk.csi.ProbeRequest;
import io.dysk.csi.ValidateVolumeCapabilitiesRequest;
import io.dysk.csi.ValidateVolumeCapabilitiesResponse;
import io.dysk.csi.VolumeCapability.AccessMode.Mode;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deleting, growing, changing and checking volumes, and what the plugin says of itself. */
class ChangeVolumeTest {
    private Storage storage;
    private Controller controller;

    @BeforeEach
    void start(@TempDir Path folder) {
        storage = new Storage(folder).own(Storage.ALPHA).own(Storage.PREMIUM);
        controller = new Controller(storage);
    }

    @AfterEach
    void end() {
        controller.close();
        storage.close();
    }

    private String make(String name, String account, String... parameters) {
        var request = create(name, 4).putParameters("account", account);
        for (String parameter : parameters) {
            request.putParameters(parameter.split("=")[0], parameter.split("=", 2)[1]);
        }
        return controller.calls().createVolume(request.build()).getVolume().getVolumeId();
    }

    private void refused(Runnable call, Status.Code code, String... says) {
        Throwable failure = catchThrowable(call::run);
        assertThat(Status.fromThrowable(failure).getCode()).as(String.valueOf(failure)).isEqualTo(code);
        for (String said : says) {
            assertThat(Status.fromThrowable(failure).getDescription()).contains(said);
        }
    }

    private void delete(String id) {
        controller.calls().deleteVolume(Requests.delete(id));
    }

    private void publish(String id) {
        controller.calls().controllerPublishVolume(Requests.publish(id, Requests.NODE_A, Mode.SINGLE_NODE_WRITER));
    }

    private ControllerExpandVolumeResponse expand(String id, long required, long limit) {
        return controller.calls().controllerExpandVolume(ControllerExpandVolumeRequest.newBuilder().setVolumeId(id)
                .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(required).setLimitBytes(limit)).build());
    }

    // ---- delete

    @Test
    void what_is_not_there_needs_no_deleting() {
        for (String id : List.of("nonsense", "alpha/volumes/none", "alpha/none/none", "alpha/UPPER/x", "x".repeat(200), "alpha/volumes/a@b")) {
            delete(id);
        }
        refused(() -> delete(""), Status.Code.INVALID_ARGUMENT, "missing");
        refused(() -> delete("other/volumes/v"), Status.Code.UNAUTHENTICATED, "other");
    }

    @Test
    void a_volume_in_use_is_not_deleted_and_its_node_is_named() {
        String id = make("v", "alpha");
        publish(id);
        refused(() -> delete(id), Status.Code.FAILED_PRECONDITION, "volume " + id, Requests.NODE_A, "unpublish");
        String read = make("r", "alpha");
        controller.calls().controllerPublishVolume(Requests.publish(read, Requests.NODE_B, Mode.MULTI_NODE_READER_ONLY));
        refused(() -> delete(read), Status.Code.FAILED_PRECONDITION, Requests.NODE_B);
    }

    @Test
    void a_blob_that_somebody_brought_is_theirs() {
        make("v", "alpha");
        storage.store("alpha").create(BlobAddress.of("volumes", "theirs"), NewPageBlob.raw(MIB));
        refused(() -> delete("alpha/volumes/theirs"), Status.Code.FAILED_PRECONDITION, "Retain", "dyskctl delete");
        assertThat(storage.blob("alpha", "volumes", "theirs").exists()).isTrue();
    }

    @Test
    void a_volume_with_snapshots_is_as_good_as_deleted_and_goes_with_the_last() {
        String id = make("v", "alpha");
        String one = controller.calls().createSnapshot(Requests.snapshot(id, "1")).getSnapshot().getSnapshotId();
        String two = controller.calls().createSnapshot(Requests.snapshot(id, "2")).getSnapshot().getSnapshotId();
        delete(id);
        delete(id);
        refused(() -> publish(id), Status.Code.NOT_FOUND);
        refused(() -> expand(id, 8 * MIB, 0), Status.Code.NOT_FOUND, "deleted");
        controller.calls().deleteSnapshot(DeleteSnapshotRequest.newBuilder().setSnapshotId(one).build());
        assertThat(storage.blob("alpha", "volumes", "v").exists()).isTrue();
        controller.calls().deleteSnapshot(DeleteSnapshotRequest.newBuilder().setSnapshotId(two).build());
        assertThat(storage.blob("alpha", "volumes", "v").exists()).isFalse();
        refused(() -> delete(one), Status.Code.FAILED_PRECONDITION, "DeleteSnapshot");
    }

    @Test
    void the_secret_of_another_account_is_refused() {
        String id = make("v", "alpha");
        refused(() -> controller.calls().deleteVolume(DeleteVolumeRequest.newBuilder().setVolumeId(id).putAllSecrets(storage.secret("beta")).build()),
                Status.Code.INVALID_ARGUMENT, "alpha", "beta");
    }

    // ---- expand

    @Test
    void a_volume_grows_also_while_it_is_written_and_never_gets_smaller() {
        String id = make("v", "alpha");
        assertThat(expand(id, 6 * MIB + 1, 0)).isEqualTo(ControllerExpandVolumeResponse.newBuilder().setCapacityBytes(6 * MIB + 512)
                .setNodeExpansionRequired(true).build());
        publish(id);
        assertThat(expand(id, 8 * MIB, 0).getCapacityBytes()).isEqualTo(8 * MIB);
        assertThat(expand(id, 5 * MIB, 0).getCapacityBytes()).as("larger already").isEqualTo(8 * MIB);
        refused(() -> expand(id, MIB, 2 * MIB), Status.Code.OUT_OF_RANGE, "smaller");
        refused(() -> expand(id, 9L << 40, 0), Status.Code.OUT_OF_RANGE, "at most");
        refused(() -> expand(id, 0, 0), Status.Code.INVALID_ARGUMENT, "capacity range");
        refused(() -> expand("alpha/volumes/none", MIB, 0), Status.Code.NOT_FOUND);
        refused(() -> expand("", MIB, 0), Status.Code.INVALID_ARGUMENT);
        assertThat(storage.blob("alpha", "volumes", "v").size()).isEqualTo(8 * MIB);
    }

    @Test
    void a_vhd_grows_when_nobody_writes_it() {
        String id = make("v", "alpha", "vhd=true");
        publish(id);
        refused(() -> expand(id, 8 * MIB, 0), Status.Code.FAILED_PRECONDITION, "VHD", Requests.NODE_A);
        controller.calls().controllerUnpublishVolume(ControllerUnpublishVolumeRequest.newBuilder().setVolumeId(id)
                .setNodeId(Requests.NODE_A).build());
        assertThat(expand(id, 8 * MIB, 0).getCapacityBytes()).isEqualTo(8 * MIB);
    }

    // ---- modify

    private void modify(String id, String... parameters) {
        var request = ControllerModifyVolumeRequest.newBuilder().setVolumeId(id);
        Arrays.stream(parameters).forEach(parameter -> request.putMutableParameters(parameter.split("=")[0], parameter.split("=", 2)[1]));
        controller.calls().controllerModifyVolume(request.build());
    }

    @Test
    void tier_and_tags_change_also_while_it_is_written_and_a_wrong_one_changes_nothing() {
        String id = make("v", "premium");
        var address = BlobAddress.of("volumes", "v");
        publish(id);
        modify(id, "tier=P20", "tags=a=1,b=2");
        assertThat(storage.store("premium").properties(address).tier()).contains("P20");
        assertThat(storage.store("premium").tags(address)).hasSize(2);
        refused(() -> modify(id, "tier=P30", "tags=nonsense"), Status.Code.INVALID_ARGUMENT, "'tags'");
        refused(() -> modify(id, "tier=P30", "container=other"), Status.Code.INVALID_ARGUMENT, "'container'");
        refused(() -> modify(id, "tier=P30", "nonsense=1"), Status.Code.INVALID_ARGUMENT, "'nonsense'");
        refused(() -> modify("premium/volumes/none", "tier=P30"), Status.Code.NOT_FOUND);
        assertThat(storage.store("premium").properties(address).tier()).contains("P20");
        String standard = make("w", "alpha");
        refused(() -> modify(standard, "tier=P20", "tags=a=1"), Status.Code.INVALID_ARGUMENT, "no tiers");
        assertThat(storage.store("alpha").tags(address("w"))).isEmpty();
    }

    private static BlobAddress address(String blob) {
        return BlobAddress.of("volumes", blob);
    }

    // ---- validate

    @Test
    void capabilities_are_confirmed_only_if_all_fit() {
        String id = make("v", "alpha", "mkfsOptions=-m 0");
        var request = ValidateVolumeCapabilitiesRequest.newBuilder().setVolumeId(id)
                .addVolumeCapabilities(Requests.mounted(Mode.SINGLE_NODE_WRITER)).addVolumeCapabilities(Requests.block(Mode.MULTI_NODE_READER_ONLY));
        assertThat(validate(request).getConfirmed().getVolumeCapabilitiesList()).hasSize(2);
        assertThat(validate(request.clone().putParameters("mkfsOptions", "-m 0").putParameters("account", "alpha")).hasConfirmed()).isTrue();
        assertThat(validate(request.clone().putParameters("mkfsOptions", "-m 1")).getMessage()).contains("mkfsOptions");
        ValidateVolumeCapabilitiesResponse no = validate(request.addVolumeCapabilities(Requests.block(Mode.MULTI_NODE_MULTI_WRITER)));
        assertThat(no.hasConfirmed()).isFalse();
        assertThat(no.getMessage()).contains(id, "MULTI_NODE_MULTI_WRITER");
        refused(() -> validate(ValidateVolumeCapabilitiesRequest.newBuilder().setVolumeId(id)), Status.Code.INVALID_ARGUMENT);
        refused(() -> validate(request.setVolumeId("alpha/volumes/none")), Status.Code.NOT_FOUND);
        refused(() -> validate(request.setVolumeId("nonsense")), Status.Code.NOT_FOUND, "ACCOUNT/CONTAINER/BLOB");
    }

    private ValidateVolumeCapabilitiesResponse validate(ValidateVolumeCapabilitiesRequest.Builder request) {
        return controller.calls().validateVolumeCapabilities(request.build());
    }

    // ---- with the calls' own secrets

    @Test
    void a_volumes_whole_life_with_secrets_only() {
        Map<String, String> secret = storage.secret(Storage.BETA);
        String id = controller.calls().createVolume(create("v", 4).putAllSecrets(secret).build()).getVolume().getVolumeId();
        var clone = create("w", 4).putAllSecrets(secret).setVolumeContentSource(Requests.ofVolume(id)).build();
        String copy = controller.calls().createVolume(clone).getVolume().getVolumeId();
        assertThat(controller.calls().controllerExpandVolume(ControllerExpandVolumeRequest.newBuilder().setVolumeId(copy).putAllSecrets(secret)
                .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(8 * MIB)).build()).getCapacityBytes()).isEqualTo(8 * MIB);
        assertThat(validate(ValidateVolumeCapabilitiesRequest.newBuilder().setVolumeId(id).putAllSecrets(secret)
                .addVolumeCapabilities(Requests.mounted(Mode.SINGLE_NODE_WRITER))).hasConfirmed()).isTrue();
        refused(() -> delete(id), Status.Code.UNAUTHENTICATED, "beta");
        for (String each : List.of(id, copy, id)) {
            controller.calls().deleteVolume(DeleteVolumeRequest.newBuilder().setVolumeId(each).putAllSecrets(secret).build());
        }
        assertThat(storage.blob("beta", "volumes", "v").exists()).isFalse();
        assertThat(storage.blob("beta", "volumes", "w").exists()).isFalse();
    }

    // ---- what the plugin says of itself

    private static List<Type> types(Controller controller) {
        return controller.calls().controllerGetCapabilities(ControllerGetCapabilitiesRequest.getDefaultInstance()).getCapabilitiesList().stream()
                .map(capability -> capability.getRpc().getType()).toList();
    }

    @Test
    void without_own_accounts_it_offers_no_lists() throws IOException {
        assertThat(types(controller)).contains(Type.LIST_VOLUMES, Type.GET_CAPACITY, Type.LIST_SNAPSHOTS, Type.CREATE_DELETE_VOLUME, Type.CLONE_VOLUME);
        Files.delete(storage.accounts.resolve("alpha.properties"));
        Files.delete(storage.accounts.resolve("premium.properties"));
        try (Controller bare = new Controller(storage)) {
            assertThat(types(bare)).contains(Type.CREATE_DELETE_VOLUME).doesNotContain(Type.LIST_VOLUMES, Type.GET_CAPACITY);
            assertThat(bare.identity().probe(ProbeRequest.getDefaultInstance()).getReady().getValue()).isTrue();
        }
    }

    @Test
    void topology_is_offered_when_an_account_has_one() {
        assertThat(services(controller)).doesNotContain(PluginCapability.Service.Type.VOLUME_ACCESSIBILITY_CONSTRAINTS)
                .contains(PluginCapability.Service.Type.CONTROLLER_SERVICE);
        storage.own(Storage.BETA, "topology.zone=1");
        try (Controller zoned = new Controller(storage)) {
            assertThat(services(zoned)).contains(PluginCapability.Service.Type.VOLUME_ACCESSIBILITY_CONSTRAINTS);
        }
    }

    private static List<PluginCapability.Service.Type> services(Controller controller) {
        return controller.identity().getPluginCapabilities(GetPluginCapabilitiesRequest.getDefaultInstance()).getCapabilitiesList().stream()
                .map(capability -> capability.getService().getType()).toList();
    }

    @Test
    void it_is_not_ready_when_no_account_can_be_used_and_says_why() throws IOException {
        controller.identity().probe(ProbeRequest.getDefaultInstance());
        Files.delete(storage.accounts.resolve("premium.properties"));
        Files.writeString(storage.accounts.resolve("alpha.properties"),
                "accountname=alpha\naccountkey=d3Jvbmc=\nendpoint=" + storage.endpoint("alpha") + "\n");
        try (Controller wrong = new Controller(storage)) {
            refused(() -> wrong.identity().probe(ProbeRequest.getDefaultInstance()), Status.Code.FAILED_PRECONDITION, "account alpha");
        }
    }
}
