package io.dysk.controller;

import static io.dysk.controller.Requests.MIB;
import static io.dysk.controller.Requests.create;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.dysk.blob.BlobAddress;
import io.dysk.blob.NewPageBlob;
import io.dysk.csi.CapacityRange;
import io.dysk.csi.ControllerExpandVolumeRequest;
import io.dysk.csi.CreateVolumeRequest;
import io.dysk.csi.ListVolumesRequest;
import io.dysk.csi.Topology;
import io.dysk.csi.TopologyRequirement;
import io.dysk.csi.Volume;
import io.dysk.csi.VolumeCapability.AccessMode.Mode;
import io.dysk.csi.VolumeCapability;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CreateVolumeTest {
    private Storage storage;
    private Controller controller;

    @BeforeEach
    void start(@TempDir Path folder) {
        storage = new Storage(folder).own(Storage.ALPHA);
        controller = new Controller(storage);
    }

    @AfterEach
    void end() {
        controller.close();
        storage.close();
    }

    private Volume make(CreateVolumeRequest.Builder request) {
        return controller.calls().createVolume(request.build()).getVolume();
    }

    private void refused(CreateVolumeRequest.Builder request, Status.Code code, String... says) {
        Throwable failure = catchThrowable(() -> make(request));
        assertThat(failure).as("fails").isNotNull();
        assertThat(Status.fromThrowable(failure).getCode()).as(failure.getMessage()).isEqualTo(code);
        assertThat(Status.fromThrowable(failure).getDescription()).contains(says);
    }

    // ---- what is refused

    @Test
    void a_name_is_needed_and_has_at_most_128_bytes() {
        refused(create("", 1), Status.Code.INVALID_ARGUMENT, "name is missing");
        refused(create("x".repeat(129), 1), Status.Code.INVALID_ARGUMENT, "129 bytes");
        refused(create("bell\u0007", 1), Status.Code.INVALID_ARGUMENT, "control character");
    }

    @Test
    void capabilities_are_needed_complete_and_possible() {
        refused(create("v", 1).clearVolumeCapabilities(), Status.Code.INVALID_ARGUMENT, "capabilities are missing");
        refused(create("v", 1).addVolumeCapabilities(Requests.mounted(Mode.UNKNOWN)), Status.Code.INVALID_ARGUMENT, "no access mode");
        refused(create("v", 1).addVolumeCapabilities(Requests.block(Mode.MULTI_NODE_MULTI_WRITER)), Status.Code.INVALID_ARGUMENT,
                "MULTI_NODE_MULTI_WRITER", "one writer");
        refused(create("v", 1).addVolumeCapabilities(Requests.mounted(Mode.SINGLE_NODE_WRITER).toBuilder()
                .setMount(VolumeCapability.MountVolume.newBuilder().setFsType("ntfs"))), Status.Code.INVALID_ARGUMENT, "ntfs", "xfs");
    }

    @Test
    void an_unknown_parameter_is_refused_by_its_name_beside_those_that_there_are() {
        refused(create("v", 1).putParameters("skuu", "x"), Status.Code.INVALID_ARGUMENT, "volume v", "'skuu'", "mkfsOptions", "container");
    }

    @ParameterizedTest
    @ValueSource(strings = {"vhd=maybe", "tier=P5", "container=UPPER", "maxConnections=65", "noPathTimeout=soon", "tags=noequals",
        "tags=a=1,a=2", "fsType=ntfs", "sku=Gold", "blobNamePrefix=/x", "endpoint=ftp://x"})
    void a_wrong_value_is_refused_with_the_parameters_name(String parameter) {
        String name = parameter.substring(0, parameter.indexOf('='));
        refused(create("v", 1).putParameters(name, parameter.substring(name.length() + 1)), Status.Code.INVALID_ARGUMENT, "'" + name + "'");
    }

    @Test
    void what_can_not_be_changed_later_is_no_mutable_parameter() {
        refused(create("v", 1).putModifiableParameters("vhd", "true"), Status.Code.INVALID_ARGUMENT, "'vhd'", "can't be changed");
    }

    @Test
    void a_capacity_that_can_not_be_is_refused() {
        refused(create("v", 1).setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(-1)), Status.Code.INVALID_ARGUMENT, "negative");
        refused(create("v", 1).setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(1024).setLimitBytes(512)),
                Status.Code.INVALID_ARGUMENT, "below");
        refused(create("v", 1).setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(513).setLimitBytes(1000)),
                Status.Code.OUT_OF_RANGE, "multiples of 512");
        refused(create("v", (8L << 20) + 1), Status.Code.OUT_OF_RANGE, "at most");
        refused(create("v", 1).setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(1024).setLimitBytes(2048))
                .putParameters("vhd", "true"), Status.Code.OUT_OF_RANGE, "multiples of 1048576");
    }

    @Test
    void without_credentials_it_says_where_they_belong() {
        storage.accounts.resolve("alpha.properties").toFile().delete();
        refused(create("v", 1), Status.Code.UNAUTHENTICATED, "accountkey", "--accounts-dir");
    }

    @Test
    void a_key_that_is_refused_is_unauthenticated_and_not_shown() {
        String wrong = "d3Jvbmcga2V5IGJ1dCBzdGlsbCBhIHNlY3JldA==";
        refused(create("v", 1).putSecrets("accountname", "alpha").putSecrets("accountkey", wrong).putSecrets("endpoint", storage.endpoint("alpha")),
                Status.Code.UNAUTHENTICATED, "alpha");
        Throwable failure = catchThrowable(() -> make(create("v", 1).putSecrets("accountname", "alpha").putSecrets("accountkey", "not base64!")));
        assertThat(Status.fromThrowable(failure).getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(failure.getMessage()).doesNotContain("not base64!");
    }

    @Test
    void a_blob_of_that_name_that_somebody_else_made_is_left_alone() {
        make(create("first", 1));
        storage.store(Storage.ALPHA).create(BlobAddress.of(Controller.CONTAINER, "theirs"), NewPageBlob.raw(MIB));
        refused(create("theirs", 1), Status.Code.ALREADY_EXISTS, "volumes/theirs", "not a volume that CreateVolume made");
    }

    // ---- what is made

    @Test
    void a_volume_is_a_sparse_blob_whose_id_says_where_it_is() {
        Volume volume = make(create("pvc-1", 8));
        assertThat(volume.getVolumeId()).isEqualTo("alpha/volumes/pvc-1");
        assertThat(volume.getCapacityBytes()).isEqualTo(8 * MIB);
        assertThat(volume.getVolumeContextMap()).containsEntry("account", "alpha").containsEntry("container", "volumes")
                .containsEntry("blob", "pvc-1").containsEntry("endpoint", storage.endpoint("alpha"));
        assertThat(storage.blob("alpha", "volumes", "pvc-1").size()).isEqualTo(8 * MIB);
        assertThat(storage.blob("alpha", "volumes", "pvc-1").pageRanges()).isEmpty();
    }

    @Test
    void sizes_are_rounded_up_and_default_to_one_gibibyte() {
        assertThat(make(create("a", 1).setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(1000))).getCapacityBytes()).isEqualTo(1024);
        assertThat(make(create("b", 1).clearCapacityRange()).getCapacityBytes()).isEqualTo(1L << 30);
        assertThat(make(create("c", 1).setCapacityRange(CapacityRange.newBuilder().setLimitBytes(5 * MIB))).getCapacityBytes()).isEqualTo(5 * MIB);
    }

    @Test
    void a_vhd_has_its_footer_behind_what_is_required() {
        Volume volume = make(create("disk", 1).setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(MIB + 1)).putParameters("VHD", "True"));
        assertThat(volume.getCapacityBytes()).isEqualTo(2 * MIB);
        assertThat(storage.blob("alpha", "volumes", "disk").size()).isEqualTo(2 * MIB + 512);
    }

    static Stream<String> names() {
        return Stream.of("x".repeat(128), "pvc-0b6b5b9e-5e4d-4f38-8a39-8e7c3b1de1ab", "a b", "Пример", "例".repeat(42), "😀🎉", "a/b", "..", "a.", "-a",
                "%41", "tab\there", "v~0123456789abcdef0123456789ab", "UPPER", "\"'`$(rm)", " ");
    }

    @ParameterizedTest
    @MethodSource("names")
    void any_name_makes_one_volume_with_an_id_that_leaves_room_for_a_snapshots(String name) {
        Volume volume = make(create(name, 1));
        assertThat(volume.getVolumeId().getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(98);
        assertThat(make(create(name, 1))).isEqualTo(volume);
    }

    @Test
    void names_that_differ_make_volumes_that_differ() {
        Set<String> ids = new HashSet<>();
        List<String> names = names().toList();
        names.forEach(name -> ids.add(make(create(name, 1)).getVolumeId()));
        ids.add(make(create("upper", 1)).getVolumeId());
        assertThat(ids).hasSize(names.size() + 1);
    }

    @Test
    void an_endpoint_that_the_configuration_does_not_know_is_in_the_id() {
        Volume volume = make(create("pvc-1", 1).putAllSecrets(storage.secret(Storage.BETA)));
        assertThat(volume.getVolumeId()).isEqualTo(storage.endpoint("beta") + "//volumes/pvc-1");
        assertThat(make(create("pvc-1", 1).putAllSecrets(storage.secret(Storage.BETA)))).isEqualTo(volume);
    }

    @Test
    void parameters_for_the_node_are_in_the_context_and_kubernetes_own_are_passed_over() {
        Volume volume = make(create("v", 1).putParameters("mkfsOptions", "-E lazy_itable_init=0").putParameters("maxConnections", "16")
                .putParameters("csi.storage.k8s.io/pvc/name", "данные").putParameters("csi.storage.k8s.io/pvc/namespace", "prod"));
        assertThat(volume.getVolumeContextMap()).containsEntry("mkfsOptions", "-E lazy_itable_init=0").containsEntry("maxConnections", "16");
        assertThat(storage.blob("alpha", "volumes", "v").metadata()).containsEntry("csi_pvc_namespace", "prod");
    }

    @Test
    void tier_and_tags_are_set_before_it_is_told() {
        storage.own(Storage.PREMIUM);
        Volume volume = make(create("v", 1).putParameters("account", "premium").putParameters("tier", "p10")
                .putModifiableParameters("tier", "P20").putParameters("tags", "team=a,cost centre=7"));
        assertThat(volume.getVolumeId()).startsWith("premium/");
        var address = BlobAddress.of("volumes", "v");
        assertThat(storage.store("premium").properties(address).tier()).contains("P20");
        assertThat(storage.store("premium").tags(address)).containsEntry("team", "a").containsEntry("cost centre", "7");
        assertThat(storage.blob("premium", "volumes", "v").metadata()).doesNotContainKey("csi_incomplete");
    }

    // ---- asked for again

    @Test
    void the_same_again_is_the_same_and_something_else_says_what_differs() {
        Volume volume = make(create("v", 8).putParameters("mkfsOptions", "-m 0"));
        assertThat(make(create("v", 8).putParameters("MKFSOPTIONS", "-m 0"))).isEqualTo(volume);
        refused(create("v", 9).putParameters("mkfsOptions", "-m 0"), Status.Code.ALREADY_EXISTS, "alpha/volumes/v", "it has 8388608 bytes");
        refused(create("v", 8), Status.Code.ALREADY_EXISTS, "mkfsOptions was '-m 0' and is not given");
        refused(create("v", 8).putParameters("mkfsOptions", "-m 0").setVolumeContentSource(Requests.ofVolume(volume.getVolumeId())),
                Status.Code.ALREADY_EXISTS, "made from nothing");
    }

    @Test
    void a_volume_that_grew_is_still_what_was_asked_for() {
        make(create("v", 8));
        controller.calls().controllerExpandVolume(ControllerExpandVolumeRequest.newBuilder().setVolumeId("alpha/volumes/v")
                .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(16 * MIB)).build());
        assertThat(make(create("v", 8)).getCapacityBytes()).isEqualTo(16 * MIB);
    }

    @RepeatedTest(10)
    void eight_controllers_at_once_make_one() throws Exception {
        storage.own(Storage.BETA);
        List<Controller> controllers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CyclicBarrier start = new CyclicBarrier(8);
            List<Future<Volume>> made = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Controller one = new Controller(storage);
                controllers.add(one);
                made.add(threads.submit(() -> {
                    start.await();
                    return untilDone(() -> one.calls().createVolume(create("same", 4).build()).getVolume());
                }));
            }
            Set<Volume> volumes = new HashSet<>();
            for (Future<Volume> one : made) {
                volumes.add(one.get());
            }
            assertThat(volumes).hasSize(1);
        } finally {
            controllers.forEach(Controller::close);
        }
        assertThat(controller.calls().listVolumes(ListVolumesRequest.getDefaultInstance()).getEntriesList()).hasSize(1);
    }

    /** As Kubernetes does: what is ABORTED or UNAVAILABLE is tried again. */
    private static Volume untilDone(Callable<Volume> call) throws Exception {
        while (true) {
            try {
                return call.call();
            } catch (StatusRuntimeException e) {
                if (e.getStatus().getCode() != Status.Code.ABORTED && e.getStatus().getCode() != Status.Code.UNAVAILABLE) {
                    throw e;
                }
            }
        }
    }

    // ---- several accounts

    @Test
    void the_account_with_the_most_left_is_chosen_and_an_unreachable_one_is_never_passed_over() {
        storage.own(Storage.ALPHA, "capacityGiB=1").own(Storage.BETA, "capacityGiB=2");
        assertThat(make(create("a", 1)).getVolumeId()).startsWith("beta/");
        assertThat(make(create("b", 1536)).getVolumeId()).startsWith("beta/");
        assertThat(make(create("c", 1)).getVolumeId()).startsWith("alpha/");
        refused(create("d", 4096), Status.Code.RESOURCE_EXHAUSTED, "4294967296 bytes", "capacityGiB");
        storage.own(Storage.BETA, "capacityGiB=2", "endpoint=http://127.0.0.1:1/beta");
        refused(create("a", 1), Status.Code.UNAVAILABLE, "beta");
    }

    @Test
    void topology_and_sku_choose_among_accounts() {
        storage.own(Storage.ALPHA, "sku=Standard_LRS", "topology.zone=1").own(Storage.BETA, "sku=Premium_LRS", "topology.zone=2");
        try (Controller zoned = new Controller(storage)) {
            Volume volume = zoned.calls().createVolume(create("a", 1).setAccessibilityRequirements(needs("2")).build()).getVolume();
            assertThat(volume.getVolumeId()).startsWith("beta/");
            assertThat(volume.getAccessibleTopologyList()).singleElement().satisfies(place ->
                    assertThat(place.getSegmentsMap()).containsEntry("zone", "2"));
            refused(create("b", 1).setAccessibilityRequirements(needs("3")), Status.Code.RESOURCE_EXHAUSTED, "reached");
            refused(create("a", 1).setAccessibilityRequirements(needs("1")), Status.Code.ALREADY_EXISTS, "needed elsewhere");
            assertThat(make(create("c", 1).putParameters("sku", "premium_lrs")).getVolumeId()).startsWith("beta/");
            refused(create("d", 1).putParameters("sku", "Premium_ZRS"), Status.Code.INVALID_ARGUMENT, "sku premium_zrs");
        }
    }

    private static TopologyRequirement needs(String zone) {
        return TopologyRequirement.newBuilder().addRequisite(Topology.newBuilder().putSegments("Zone", zone)).build();
    }

    @Test
    void an_endpoint_chooses_among_accounts_too() {
        storage.own(Storage.BETA);
        assertThat(make(create("a", 1).putParameters("endpoint", storage.endpoint("beta"))).getVolumeId()).startsWith("beta/");
        refused(create("b", 1).putParameters("endpoint", "https://elsewhere.blob.core.windows.net"), Status.Code.INVALID_ARGUMENT, "endpoint https://elsewhere");
        refused(create("b", 1).putParameters("endpointSuffix", "blob.core.windows.net"), Status.Code.INVALID_ARGUMENT, "endpointSuffix blob.core.windows.net");
    }

    @Test
    void a_secret_of_another_account_than_the_pinned_one_is_refused() {
        assertThatThrownBy(() -> make(create("v", 1).putAllSecrets(storage.secret(Storage.BETA)).putParameters("account", "alpha")))
                .hasMessageContaining("'account'").hasMessageContaining("beta");
    }
}
