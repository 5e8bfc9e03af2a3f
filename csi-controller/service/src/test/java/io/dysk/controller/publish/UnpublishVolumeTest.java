package io.dysk.controller.publish;

import static io.dysk.controller.publish.Cluster.A;
import static io.dysk.controller.publish.Cluster.B;
import static io.dysk.controller.publish.Cluster.C;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dysk.blob.BlobException;
import io.dysk.blob.LeaseHolder;
import io.dysk.blob.LeaseId;
import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.FaultRule;
import io.dysk.controller.TestStorage;
import io.dysk.controller.step.PublishVolumeStep;
import io.dysk.controller.step.UnpublishVolumeStep;
import io.dysk.controller.volume.VolumeId;
import io.dysk.controller.volume.VolumeNotes;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.contract.PublishContext;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnpublishVolumeTest {
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
    void whatANodeStillWritesAfterItsUnpublishIsRefused() {
        PublishContext context = cluster.publish(volume, A);
        assertThat(cluster.write(volume, 0, 1, context.lease())).isEqualTo(201);
        cluster.unpublish(volume, A);
        assertThat(cluster.write(volume, 0, 2, context.lease())).isEqualTo(412);
        cluster.publish(volume, B);
        assertThat(cluster.write(volume, 0, 2, context.lease())).isEqualTo(412);
        assertThat(cluster.blob(volume).read(0, 1)).containsExactly(1);
    }

    @Test
    void unpublishingWhatIsNotPublishedOrCantBeSucceeds() {
        cluster.unpublish(volume, A);
        cluster.unpublish("no volume at all", A);
        cluster.unpublish("devstoreaccount1/disks/none", A);
        cluster.unpublish("devstoreaccount1/none/none", A);
        cluster.unpublish(volume, "a node of somebody else");
        assertThat(cluster.reached).isEmpty();
        assertThatThrownBy(() -> cluster.unpublish("", A))
                .isInstanceOfSatisfying(RpcFailure.class, e -> assertThat(e.code()).isEqualTo(Status.Code.INVALID_ARGUMENT));
    }

    @Test
    void oneNodesUnpublishDoesNotTouchAnothersLease() {
        PublishContext context = cluster.publish(volume, A);
        cluster.unpublish(volume, B);
        assertThat(cluster.write(volume, 0, 1, context.lease())).isEqualTo(201);
        cluster.unpublish(volume, A);
        cluster.publishForReading(volume, A);
        cluster.unpublish(volume, B);
        assertThat(readers()).containsExactly(A);
        assertThat(cluster.blob(volume).leaseId()).isNotNull();
    }

    @Test
    void theLastReaderGivesTheLeaseBack() {
        cluster.publishForReading(volume, A);
        cluster.publishForReading(volume, B);
        cluster.unpublish(volume, A);
        assertThat(readers()).containsExactly(B);
        assertThat(cluster.blob(volume).leaseId()).isNotNull();
        cluster.unpublish(volume, B);
        assertThat(cluster.blob(volume).leaseId()).isNull();
        assertThat(cluster.store.properties(volume.address()).metadata()).isEmpty();
        cluster.publish(volume, C);
    }

    @Test
    void withoutANodeAllAreUnpublishedButForeignersStay() {
        cluster.publish(volume, A);
        cluster.unpublish(volume, "");
        assertThat(cluster.blob(volume).leaseId()).isNull();
        cluster.publishForReading(volume, A);
        cluster.publishForReading(volume, B);
        cluster.unpublish(volume, "");
        assertThat(cluster.blob(volume).leaseId()).isNull();
        assertThat(readers()).isEmpty();
        LeaseHolder foreign = new LeaseHolder("backup-host", LeaseId.ofWriter("whatever", "backup-host"));
        cluster.store.acquireLease(volume.address(), foreign);
        cluster.unpublish(volume, "");
        assertThat(cluster.blob(volume).leaseId()).isEqualTo(foreign.lease().toString());
    }

    @Test
    void theListOfReadersIsClearedThoughSomebodyBrokeTheirLease() {
        cluster.publishForReading(volume, A);
        cluster.store.breakLease(volume.address(), Optional.empty());
        cluster.unpublish(volume, A);
        assertThat(readers()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(UnpublishVolumeStep.class)
    void aControllerThatDiesAtAStepEndsWellWhenItIsCalledAgain(UnpublishVolumeStep step) {
        cluster.publishForReading(volume, A);
        cluster.deathAt.set(step);
        assertThatThrownBy(() -> cluster.unpublish(volume, A)).isInstanceOf(TestStorage.Died.class);
        cluster.restart();
        cluster.unpublish(volume, A);
        assertThat(readers()).isEmpty();
        assertThat(cluster.blob(volume).leaseId()).isNull();
    }

    // ---- nodes that Kubernetes gave up ----

    @Test
    void aNodeThatWasGivenUpIsFencedWhenTheVolumeIsPublishedElsewhere() {
        PublishContext old = cluster.publish(volume, A);
        cluster.write(volume, 0, 1, old.lease());
        giveUp(A);
        assertThat(cluster.write(volume, 512, 1, old.lease())).as("nothing has happened to it yet").isEqualTo(201);
        PublishContext context = cluster.publish(volume, B);
        assertThat(cluster.reached).endsWith(PublishVolumeStep.FENCED, PublishVolumeStep.LEASED);
        assertThat(cluster.write(volume, 1024, 1, old.lease())).isEqualTo(412);
        assertThat(cluster.write(volume, 1024, 2, context.lease())).isEqualTo(201);
        assertThat(cluster.store.leaseHolder(volume.address())).map(LeaseHolder::name).contains(B);
    }

    @Test
    void ifAThirdIsQuickerThanTheFencedNodesSuccessorThatIsSaid() {
        cluster.publish(volume, A);
        giveUp(A);
        cluster.store.releaseLease(volume.address(), LeaseId.ofWriter(volume.leaseName(), A));
        cluster.publish(volume, C);
        assertThatThrownBy(() -> cluster.publish(volume, B)).isInstanceOfSatisfying(RpcFailure.class, e -> assertThat(e.code())
                .isEqualTo(Status.Code.FAILED_PRECONDITION)).hasMessageContaining(C);
    }

    @Test
    void withoutThatSignTheHolderStays() {
        PublishContext old = cluster.publish(volume, A);
        giveUp(C); // not the one who holds it
        assertRefused(B);
        cluster.restart(); // the sign is in memory only
        assertRefused(B);
        assertThat(cluster.write(volume, 0, 1, old.lease())).isEqualTo(201);
    }

    @Test
    void theSignOfOneVolumeIsNoSignForAnother() {
        VolumeId other = cluster.volume("pvc-2");
        cluster.publish(volume, A);
        cluster.publish(other, A);
        giveUp(A);
        assertThatThrownBy(() -> cluster.publish(other, B)).isInstanceOf(RpcFailure.class);
        cluster.publish(volume, B);
    }

    @Test
    void aNodeThatGotTheVolumeAgainIsNotGivenUpAnyMore() {
        cluster.publish(volume, A);
        giveUp(A);
        cluster.publish(volume, A);
        assertRefused(B);
    }

    @Test
    void aSignOfLongAgoIsNoSign() {
        cluster.publish(volume, A);
        giveUp(A);
        cluster.now.updateAndGet(time -> time.plus(Duration.ofMinutes(16)));
        assertRefused(B);
    }

    @Test
    void ifAllNodesWereGivenUpWhoeverHoldsItIsFenced() {
        PublishContext old = cluster.publish(volume, A);
        giveUp("");
        cluster.publish(volume, B);
        assertThat(cluster.write(volume, 0, 1, old.lease())).isEqualTo(412);
    }

    @Test
    void aNodeWhoseNoteIsMissingIsFencedToo() {
        cluster.server.faults().add(new FaultRule("PUT", "metadata", null, null, null, 0, 0), new Fault(Fault.Kind.ANSWER, 403,
                "AuthorizationFailure", -1, 0, 0));
        assertThatThrownBy(() -> cluster.publish(volume, A)).isInstanceOf(BlobException.Denied.class);
        cluster.connect();
        giveUp(A);
        cluster.publish(volume, B);
        assertThat(cluster.store.leaseHolder(volume.address())).map(LeaseHolder::name).contains(B);
    }

    @ParameterizedTest
    @ValueSource(strings = {"write", "read"})
    void readersThatWereGivenUpMakeWay(String how) {
        cluster.publishForReading(volume, A);
        giveUp(A);
        if (how.equals("write")) {
            assertThat(cluster.publish(volume, B).lease()).isPresent();
            assertThat(readers()).isEmpty();
        } else {
            cluster.publishForReading(volume, B);
        }
    }

    @Test
    void readersThatWereNotGivenUpStay() {
        cluster.publishForReading(volume, A);
        cluster.publishForReading(volume, C);
        giveUp(A);
        assertRefused(B);
        assertThat(readers()).containsExactly(C);
    }

    @ParameterizedTest
    @EnumSource(value = PublishVolumeStep.class, names = {"FENCED", "LEASED"})
    void aControllerThatDiesWhileItFencesEndsWellWhenItIsCalledAgain(PublishVolumeStep step) {
        PublishContext old = cluster.publish(volume, A);
        giveUp(A);
        cluster.deathAt.set(step);
        assertThatThrownBy(() -> cluster.publish(volume, B)).isInstanceOf(TestStorage.Died.class);
        cluster.restart();
        assertThat(cluster.publish(volume, B).lease()).isPresent();
        assertThat(cluster.write(volume, 0, 1, old.lease())).isEqualTo(412);
    }

    @Test
    void theOldNodesLateUnpublishDoesNotHurtTheNewOne() {
        cluster.publish(volume, A);
        giveUp(A);
        PublishContext context = cluster.publish(volume, B);
        cluster.unpublish(volume, A);
        assertThat(cluster.write(volume, 0, 1, context.lease())).isEqualTo(201);
    }

    /** Kubernetes takes the volume away from a node, and that can't be carried out. */
    private void giveUp(String node) {
        cluster.cutOff();
        assertThatThrownBy(() -> cluster.unpublish(volume, node)).isInstanceOf(BlobException.class);
        cluster.connect();
    }

    private void assertRefused(String node) {
        assertThatThrownBy(() -> cluster.publish(volume, node))
                .isInstanceOfSatisfying(RpcFailure.class, e -> assertThat(e.code()).isEqualTo(Status.Code.FAILED_PRECONDITION));
    }

    private List<String> readers() {
        return VolumeNotes.of(cluster.store.properties(volume.address())).readers();
    }
}
