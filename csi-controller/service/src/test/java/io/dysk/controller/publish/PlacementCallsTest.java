package io.dysk.controller.publish;

import static io.dysk.controller.Requests.NODE_A;
import static io.dysk.controller.Requests.NODE_B;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dysk.blob.BlobAddress;
import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.FaultRule;
import io.dysk.controller.Controller;
import io.dysk.controller.PageWriter;
import io.dysk.controller.Requests;
import io.dysk.controller.Storage;
import io.dysk.controller.step.ControllerStep;
import io.dysk.controller.step.PublishVolumeStep;
import io.dysk.controller.step.UnpublishVolumeStep;
import io.dysk.csi.ControllerPublishVolumeRequest;
import io.dysk.csi.ControllerUnpublishVolumeRequest;
import io.dysk.csi.ListVolumesRequest;
import io.dysk.csi.ListVolumesResponse;
import io.dysk.csi.VolumeCapability.AccessMode.Mode;
import io.dysk.rpc.contract.NodeId;
import io.dysk.rpc.contract.PublishContext;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Placement as Kubernetes sees it: through gRPC alone, with more than one controller. */
class PlacementCallsTest {
    @TempDir
    private Path folder;

    private Storage storage;
    private Controller controller;
    private Controller other;
    private PageWriter writer;
    private String volume;
    private BlobAddress blob;

    @BeforeEach
    void aVolumeAndTwoControllers() {
        storage = new Storage(folder).own(Storage.ALPHA);
        controller = new Controller(storage);
        other = new Controller(storage);
        writer = new PageWriter(storage.store(Storage.ALPHA));
        volume = controller.calls().createVolume(Requests.create("pvc-1", 8).build()).getVolume().getVolumeId();
        blob = BlobAddress.of(Controller.CONTAINER, "pvc-1");
    }

    @AfterEach
    void end() {
        other.close();
        controller.close();
        storage.close();
    }

    @Test
    void aForcedMoveToAnotherNodeFencesTheOldOne() {
        PublishContext onA = publish(controller, NODE_A);
        assertThat(writer.write(blob, 0, new byte[512], onA.lease())).isEqualTo(201);
        unpublish(controller, NODE_A);
        PublishContext onB = publish(other, NODE_B);
        assertThat(writer.write(blob, 0, new byte[512], onA.lease())).isEqualTo(412);
        assertThat(writer.write(blob, 0, new byte[512], onB.lease())).isEqualTo(201);
    }

    @Test
    void kubernetesGoesOnAfterAnUnpublishThatFailedAndTheOldNodeIsFencedThen() {
        PublishContext onA = publish(controller, NODE_A);
        storage.server.faults().add(new FaultRule(null, null, null, null, null, 0, 0), new Fault(Fault.Kind.ANSWER, 503, "ServerBusy", -1, 0, 0));
        assertFails(() -> controller.calls(Duration.ofSeconds(2)).controllerUnpublishVolume(unpublication(NODE_A)), Status.Code.UNAVAILABLE);
        storage.server.faults().clear();
        assertFails(() -> publish(other, NODE_B), Status.Code.FAILED_PRECONDITION).hasMessageContaining(NODE_A); // knows nothing of it
        PublishContext onB = publish(controller, NODE_B);
        assertThat(writer.write(blob, 0, new byte[512], onA.lease())).isEqualTo(412);
        assertThat(writer.write(blob, 0, new byte[512], onB.lease())).isEqualTo(201);
    }

    @Test
    void readersAndWritersOfTwoControllersNeverShareAVolume() throws Exception {
        for (int round = 0; round < 5; round++) {
            List<String> outcomes = together(List.of(
                    () -> outcome(() -> publish(controller, NODE_A)),
                    () -> outcome(() -> read(other, NODE_B))));
            assertThat(outcomes).containsExactlyInAnyOrder("OK", "FAILED_PRECONDITION");
            unpublish(controller, NODE_A);
            unpublish(controller, NODE_B);
        }
    }

    @Test
    void readersThatComeThroughTwoControllersAtOnceAreAllListed() throws Exception {
        List<String> nodes = IntStream.range(0, 6).mapToObj(i -> new NodeId("node-" + i).toString()).toList();
        List<Callable<String>> calls = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            String node = nodes.get(i);
            Controller by = i % 2 == 0 ? controller : other;
            calls.add(() -> outcome(() -> read(by, node)));
        }
        assertThat(together(calls)).containsOnly("OK");
        ListVolumesResponse.Entry entry = controller.calls().listVolumes(ListVolumesRequest.getDefaultInstance()).getEntries(0);
        assertThat(entry.getStatus().getPublishedNodeIdsList()).containsExactlyInAnyOrderElementsOf(nodes);
        assertThat(entry.getStatus().getVolumeCondition().getAbnormal()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(value = PublishVolumeStep.class, names = {"LEASED", "NOTED"})
    void whoeverTakesOverFromADeadControllerFinishesAPublication(PublishVolumeStep step) {
        dies(step, () -> read(controller, NODE_A));
        read(other, NODE_A);
        unpublish(other, NODE_A);
        assertThat(storage.blob(Storage.ALPHA, Controller.CONTAINER, "pvc-1").leaseId()).isNull();
        publish(other, NODE_B);
    }

    @ParameterizedTest
    @EnumSource(UnpublishVolumeStep.class)
    void whoeverTakesOverFromADeadControllerFinishesAnEnd(UnpublishVolumeStep step) {
        read(controller, NODE_A);
        dies(step, () -> unpublish(controller, NODE_A));
        unpublish(other, NODE_A);
        assertThat(storage.blob(Storage.ALPHA, Controller.CONTAINER, "pvc-1").leaseId()).isNull();
        assertThat(storage.store(Storage.ALPHA).properties(blob).metadata()).doesNotContainKey("csi_readers");
    }

    @Test
    void everyRefusalNamesTheVolume() {
        publish(controller, NODE_A);
        assertFails(() -> publish(controller, NODE_B), Status.Code.FAILED_PRECONDITION).hasMessageContaining(volume);
        assertFails(() -> controller.calls().controllerPublishVolume(ControllerPublishVolumeRequest.newBuilder().setVolumeId(volume).build()),
                Status.Code.INVALID_ARGUMENT).hasMessageContaining(volume);
        assertFails(() -> controller.calls().controllerPublishVolume(Requests.publish(volume + "-not", NODE_A, Mode.SINGLE_NODE_WRITER)),
                Status.Code.NOT_FOUND).hasMessageContaining(volume + "-not");
    }

    private void dies(ControllerStep step, Runnable call) {
        controller.dieAt(step);
        assertThatThrownBy(call::run).isInstanceOf(StatusRuntimeException.class);
    }

    private PublishContext publish(Controller by, String node) {
        return PublishContext.parse(by.calls().controllerPublishVolume(Requests.publish(volume, node, Mode.SINGLE_NODE_WRITER)).getPublishContextMap());
    }

    private PublishContext read(Controller by, String node) {
        return PublishContext.parse(by.calls().controllerPublishVolume(Requests.publish(volume, node, Mode.MULTI_NODE_READER_ONLY))
                .getPublishContextMap());
    }

    private void unpublish(Controller by, String node) {
        by.calls().controllerUnpublishVolume(unpublication(node));
    }

    private ControllerUnpublishVolumeRequest unpublication(String node) {
        return ControllerUnpublishVolumeRequest.newBuilder().setVolumeId(volume).setNodeId(node).build();
    }

    private static String outcome(Runnable call) {
        try {
            call.run();
            return "OK";
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode().name();
        }
    }

    private static List<String> together(List<Callable<String>> calls) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(calls.size())) {
            List<String> outcomes = new ArrayList<>();
            for (Future<String> future : threads.invokeAll(calls)) {
                outcomes.add(future.get());
            }
            return outcomes;
        }
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertFails(ThrowingCallable call, Status.Code code) {
        return assertThatThrownBy(call).isInstanceOfSatisfying(StatusRuntimeException.class,
                e -> assertThat(e.getStatus().getCode()).isEqualTo(code));
    }
}
