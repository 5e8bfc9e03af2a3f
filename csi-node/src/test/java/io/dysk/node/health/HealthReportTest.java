package io.dysk.node.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.csi.NodeGetStorageHealthRequest;
import io.dysk.csi.NodeGetStorageHealthResponse.StorageBackendHealth;
import io.dysk.csi.NodeGetVolumeHealthRequest;
import io.dysk.csi.StorageHealthErrorType;
import io.dysk.csi.VolumeCapability.AccessMode.Mode;
import io.dysk.csi.VolumeHealth.VolumeHealthEntry;
import io.dysk.csi.VolumeHealthErrorType;
import io.dysk.kernel.DeviceState;
import io.dysk.kernel.Errno;
import io.dysk.kernel.ModuleException;
import io.dysk.kernel.Reason;
import io.dysk.node.fake.FakeNode;
import io.dysk.node.fake.Refusal;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthReportTest {
    private FakeNode node;

    @BeforeEach
    void start(@TempDir Path folder) {
        node = new FakeNode(folder);
    }

    @Test
    void aVolumeThatIsNotHereIsNotFound() {
        Refusal.of(() -> symptoms("one"), Status.Code.NOT_FOUND, "not attached");
    }

    @ParameterizedTest
    @CsvSource({
        "HELD, THROTTLED, DEGRADED, Throttled",
        "HELD, DENIED, INACCESSIBLE, Denied",
        "HELD, NO_ROUTE, INACCESSIBLE, NoRoute",
        "DEAD, FENCED, INACCESSIBLE, Fenced",
        "DEAD, NO_PATH, INACCESSIBLE, NoPath"
    })
    void whatADeviceWaitsForOrDiedOfIsASymptom(DeviceState state, Reason reason, VolumeHealthErrorType gravity, String name) {
        node.stage("one");
        node.module.state(0, state, reason);
        assertThat(symptoms("one")).singleElement().satisfies(entry -> {
            assertThat(entry.getStatus()).isEqualTo(gravity);
            assertThat(entry.getReason()).isEqualTo(name);
            assertThat(entry.getMessage()).contains("/dev/dysk0", reason.text());
        });
    }

    @Test
    void aFileSystemThatMadeItselfReadOnlyIsASymptom() {
        node.stage("one");
        node.mounts.makeFileSystemReadOnly(node.staging("one"));
        assertThat(symptoms("one")).extracting(VolumeHealthEntry::getReason).containsExactly("FileSystemReadOnly");
    }

    @ParameterizedTest
    @CsvSource({"LIVE", "FENCING"})
    void aVolumeInServiceHasNone(DeviceState state) {
        node.stage("one");
        node.module.state(0, state, Reason.NONE);
        assertThat(symptoms("one")).isEmpty();
    }

    // ---- the storage ------------------------------------------------------------------------------------------------

    @Test
    void withoutTheModuleNoStorageIsReached() {
        node.module.unusable = ModuleException.cannotOpen(Errno.ENOENT);
        assertThat(storage()).singleElement().satisfies(backend -> {
            assertThat(backend.getStatus()).isEqualTo(StorageHealthErrorType.STORAGE_UNREACHABLE);
            assertThat(backend.getMessage()).contains("modprobe dysk");
        });
    }

    @Test
    void oneVolumeOfTwoWithoutAWayIsDegradedAndBothAreUnreachable() {
        node.stage(node.staging("one", FakeNode.block(Mode.SINGLE_NODE_WRITER)));
        node.stage(node.staging("two", FakeNode.block(Mode.SINGLE_NODE_WRITER)));
        assertThat(storage()).isEmpty();
        node.module.state(0, DeviceState.HELD, Reason.NO_ROUTE);
        assertThat(storage()).extracting(StorageBackendHealth::getStatus).containsExactly(StorageHealthErrorType.STORAGE_DEGRADED);
        node.module.state(1, DeviceState.HELD, Reason.NO_ROUTE);
        assertThat(storage()).extracting(StorageBackendHealth::getStatus).containsExactly(StorageHealthErrorType.STORAGE_UNREACHABLE);
    }

    @Test
    void whatIsWrongWithOneVolumeAloneIsNotTheStorages() {
        node.stage(node.staging("one", FakeNode.block(Mode.SINGLE_NODE_WRITER)));
        node.module.state(0, DeviceState.DEAD, Reason.FENCED);
        assertThat(storage()).isEmpty();
    }

    private List<VolumeHealthEntry> symptoms(String name) {
        return new VolumeHealthReport(node.devices, node.mounts).answer(NodeGetVolumeHealthRequest.newBuilder().setVolumeId(FakeNode.id(name)).build())
                .getVolumeHealth().getHealthStatusesList();
    }

    private List<StorageBackendHealth> storage() {
        return new StorageHealthReport(node.devices).answer(NodeGetStorageHealthRequest.getDefaultInstance()).getBackendHealthList();
    }
}
