package io.dysk.controller;

import static io.dysk.controller.Requests.MIB;
import static io.dysk.controller.Requests.create;
import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.FaultRule;
import io.dysk.csi.CreateVolumeRequest;
import io.dysk.csi.Volume;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each request of a call in turn is lost, or its answer is: the call succeeds, or the same call again does, and the volume is right. */
class LostAnswersTest {
    private Storage storage;

    @BeforeEach
    void start(@TempDir Path folder) {
        storage = new Storage(folder).own(Storage.PREMIUM);
    }

    @AfterEach
    void end() {
        storage.close();
    }

    /** As Kubernetes does, but for failures that would be wrong here. */
    private static <T> T untilDone(Supplier<T> call) {
        for (int i = 0; ; i++) {
            try {
                return call.get();
            } catch (StatusRuntimeException e) {
                assertThat(e.getStatus().getCode()).as(e.getMessage()).isIn(Status.Code.UNAVAILABLE, Status.Code.ABORTED);
                assertThat(i).as("tries").isLessThan(5);
            }
        }
    }

    private void losing(Fault.Kind kind, int skip) {
        storage.server.faults().clear();
        storage.server.faults().add(new FaultRule(null, null, null, null, null, skip, 1), new Fault(kind, 500, "InternalError", -1, 0, 0));
    }

    @ParameterizedTest
    @EnumSource(names = {"DROP", "APPLY_RESET", "APPLY_ANSWER"})
    void each_request_of_a_clone_and_of_its_deletion(Fault.Kind kind) {
        try (Controller controller = new Controller(storage)) {
            Volume source = controller.calls().createVolume(create("source", 2).build()).getVolume();
            CreateVolumeRequest clone = create("clone", 4).setVolumeContentSource(Requests.ofVolume(source.getVolumeId()))
                    .putParameters("tier", "P20").putParameters("tags", "a=b").build();
            long before = requests();
            Volume made = controller.calls().createVolume(clone).getVolume();
            controller.calls().deleteVolume(Requests.delete(made.getVolumeId()));
            int all = (int) (requests() - before);
            assertThat(all).as("requests").isBetween(10, 60);
            for (int skip = 0; skip < all; skip++) {
                losing(kind, skip);
                assertThat(untilDone(() -> controller.calls(Duration.ofSeconds(60)).createVolume(clone).getVolume())).isEqualTo(made);
                var blob = storage.blob("premium", "volumes", "clone");
                assertThat(blob.size()).isEqualTo(4 * MIB);
                assertThat(blob.metadata()).doesNotContainKey("csi_incomplete");
                untilDone(() -> controller.calls().deleteVolume(Requests.delete(made.getVolumeId())));
                storage.server.faults().clear();
                assertThat(blob.exists()).as("deleted, without request %s", skip).isFalse();
                assertThat(storage.blob("premium", "volumes", "source").snapshots()).as("holds, without request %s", skip).isEmpty();
            }
        }
    }

    private long requests() {
        return storage.server.stats().all().entrySet().stream()
                .filter(count -> !count.getKey().equals("refused") && !count.getKey().equals("faults") && !count.getKey().startsWith("body"))
                .mapToLong(Map.Entry::getValue).sum();
    }
}
