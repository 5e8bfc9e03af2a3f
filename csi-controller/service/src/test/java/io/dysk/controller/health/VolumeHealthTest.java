package io.dysk.controller.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dysk.blob.BlobException;
import io.dysk.blob.CopySource;
import io.dysk.blob.NewPageBlob;
import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.FaultRule;
import io.dysk.controller.TestStorage;
import io.dysk.controller.publish.Cluster;
import io.dysk.controller.volume.VolumeId;
import io.dysk.controller.volume.VolumeNotes;
import io.dysk.csi.ControllerGetVolumeHealthRequest;
import io.dysk.csi.ControllerListVolumeHealthRequest;
import io.dysk.csi.ControllerListVolumeHealthResponse;
import io.dysk.csi.VolumeHealth;
import io.dysk.csi.VolumeHealth.VolumeHealthEntry;
import io.dysk.csi.VolumeHealthErrorType;
import io.dysk.rpc.call.RpcFailure;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VolumeHealthTest {
    private Cluster cluster;
    private VolumeId volume;

    @BeforeEach
    void aVolume() {
        cluster = new Cluster();
        volume = cluster.volume("pvc-1");
    }

    @AfterEach
    void end() {
        cluster.close();
    }

    @Test
    void aVolumeIsWellPublishedOrNot() {
        assertThat(health(volume)).isEmpty();
        cluster.publish(volume, Cluster.A);
        assertThat(health(volume)).isEmpty();
        cluster.unpublish(volume, Cluster.A);
        cluster.publishForReading(volume, Cluster.A);
        assertThat(health(volume)).isEmpty();
        assertThat(VolumeConditions.condition(volume, cluster.store.properties(volume.address())).getAbnormal()).isFalse();
    }

    @Test
    void aBrokenLeaseOfAWriterIsToldWithItsNode() {
        cluster.publish(volume, Cluster.A);
        cluster.store.breakLease(volume.address(), Optional.empty());
        assertIll(volume, VolumeHealthErrorType.INACCESSIBLE, "LeaseLost").contains(Cluster.A);
        cluster.publish(volume, Cluster.A);
        assertThat(health(volume)).isEmpty();
    }

    @Test
    void aBrokenLeaseOfReadersIsTold() {
        cluster.publishForReading(volume, Cluster.A);
        cluster.store.breakLease(volume.address(), Optional.empty());
        assertIll(volume, VolumeHealthErrorType.DEGRADED, "ReadersUnprotected").contains(Cluster.A);
    }

    @Test
    void aCopyThatIsUnderWayOrFailedIsTold() {
        cluster.server.copies().hold(true);
        VolumeId copy = TestStorage.id("copy");
        cluster.store.startCopy(copy.address(), CopySource.ofSnapshot(volume.address(), cluster.store.createSnapshot(volume.address(), "s").id()), Map.of());
        assertIll(copy, VolumeHealthErrorType.INACCESSIBLE, "CopyPending");
        cluster.server.copies().endAll(false);
        assertIll(copy, VolumeHealthErrorType.INACCESSIBLE, "CopyFailed").contains("create it again");
    }

    @Test
    void aVolumeThatIsStillBeingMadeIsTold() {
        cluster.store.setMetadata(volume.address(), Map.of(VolumeNotes.INCOMPLETE, "1024"), Optional.empty());
        assertIll(volume, VolumeHealthErrorType.INACCESSIBLE, "CreationIncomplete");
    }

    @Test
    void aVhdThatWasCutShortIsTold() {
        VolumeId vhd = TestStorage.id("d.vhd");
        cluster.server.faults().add(new FaultRule("PUT", "page", null, null, null, 0, 0), new Fault(Fault.Kind.ANSWER, 403,
                "AuthorizationFailure", -1, 0, 0));
        assertThatThrownBy(() -> cluster.store.create(vhd.address(), NewPageBlob.vhd(1 << 20))).isInstanceOf(BlobException.class);
        cluster.connect();
        assertIll(vhd, VolumeHealthErrorType.DEGRADED, "VhdIncomplete");
    }

    @Test
    void aContainerThatIsGoneIsALossAndAccountsThatRefuseAreNone() {
        VolumeId lost = VolumeId.parse("devstoreaccount1/gone/pvc-1").orElseThrow();
        assertIll(lost, VolumeHealthErrorType.DATA_LOSS, "ContainerMissing");
        cluster.server.faults().add(new FaultRule(null, null, null, null, null, 0, 0), new Fault(Fault.Kind.ANSWER, 403,
                "AuthorizationFailure", -1, 0, 0));
        assertIll(volume, VolumeHealthErrorType.INACCESSIBLE, "AccessDenied");
    }

    @Test
    void whatIsNotThereIsNotFoundAndWhatCantBeAskedIsNoHealth() {
        assertThatThrownBy(() -> health(TestStorage.id("none"))).isInstanceOf(BlobException.NotFound.class);
        cluster.store.setMetadata(volume.address(), Map.of(VolumeNotes.DELETED, "yes"), Optional.empty());
        assertThatThrownBy(() -> health(volume)).isInstanceOfSatisfying(RpcFailure.class,
                e -> assertThat(e.code()).isEqualTo(Status.Code.NOT_FOUND));
        cluster.cutOff();
        assertThatThrownBy(() -> health(volume)).isInstanceOf(BlobException.Unavailable.class);
    }

    @Test
    void onlyTheIllAreListedAPartAtATime() {
        List<String> ill = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            VolumeId id = cluster.volume("ill-" + i);
            cluster.store.setMetadata(id.address(), Map.of(VolumeNotes.INCOMPLETE, "1024"), Optional.empty());
            ill.add(id.toString());
        }
        cluster.store.setMetadata(cluster.volume("deleted").address(), Map.of(VolumeNotes.DELETED, "yes", VolumeNotes.INCOMPLETE, "1"), Optional.empty());
        List<String> seen = new ArrayList<>();
        String token = "";
        do {
            ControllerListVolumeHealthResponse part = new ListVolumeHealth(cluster.accounts()).answer(
                    ControllerListVolumeHealthRequest.newBuilder().setMaxEntries(2).setStartingToken(token).build());
            assertThat(part.getEntriesCount()).isLessThanOrEqualTo(2);
            part.getEntriesList().stream().map(VolumeHealth::getVolumeId).forEach(seen::add);
            token = part.getNextToken();
        } while (!token.isEmpty());
        assertThat(seen).containsExactlyElementsOf(ill);
        assertThatThrownBy(() -> new ListVolumeHealth(cluster.accounts()).answer(
                ControllerListVolumeHealthRequest.newBuilder().setStartingToken("bad").build())).isInstanceOfSatisfying(RpcFailure.class,
                        e -> assertThat(e.code()).isEqualTo(Status.Code.ABORTED));
    }

    private List<VolumeHealthEntry> health(VolumeId id) {
        return new GetVolumeHealth(cluster.accounts()).answer(ControllerGetVolumeHealthRequest.newBuilder().setVolumeId(id.toString()).build())
                .getVolumeHealth().getHealthStatusesList();
    }

    private AbstractStringAssert<?> assertIll(VolumeId id, VolumeHealthErrorType status, String reason) {
        List<VolumeHealthEntry> found = health(id);
        assertThat(found).singleElement().satisfies(entry -> {
            assertThat(entry.getStatus()).isEqualTo(status);
            assertThat(entry.getReason()).isEqualTo(reason);
        });
        return assertThat(found.getFirst().getMessage());
    }
}
