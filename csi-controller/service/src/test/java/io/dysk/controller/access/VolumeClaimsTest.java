package io.dysk.controller.access;

import static io.dysk.controller.publish.Cluster.A;
import static io.dysk.controller.publish.Cluster.B;
import static io.dysk.controller.publish.Cluster.C;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dysk.access.ClaimVolumeRequest;
import io.dysk.access.ReleaseVolumeRequest;
import io.dysk.blob.AccountName;
import io.dysk.blob.BlobException;
import io.dysk.blob.LeaseHolder;
import io.dysk.blob.LeaseId;
import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.FaultRule;
import io.dysk.controller.TestStorage;
import io.dysk.controller.account.AccountUsage;
import io.dysk.controller.publish.ClaimHolders;
import io.dysk.controller.publish.Cluster;
import io.dysk.controller.publish.Contention;
import io.dysk.controller.publish.LostNodes;
import io.dysk.controller.step.PublishVolumeStep;
import io.dysk.controller.volume.DeleteVolume;
import io.dysk.controller.volume.VolumeId;
import io.dysk.controller.volume.VolumeNotes;
import io.dysk.csi.DeleteVolumeRequest;
import io.dysk.csi.VolumeCapability.AccessMode.Mode;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.contract.PublishContext;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nodes that take and give back volumes themselves: whom they wait for, and from whom they may take one. */
class VolumeClaimsTest {
    private final List<Duration> pauses = new ArrayList<>();
    private final List<String> asked = new ArrayList<>();
    private final List<String> lost = new ArrayList<>();
    private Cluster cluster;
    private VolumeId volume;
    /** What happens in each pause. */
    private Runnable meanwhile = () -> {};
    private LostNodes nodes = (node, _) -> {
        asked.add(node.toString());
        return lost.contains(node.toString());
    };

    @BeforeEach
    void aVolume() {
        cluster = new Cluster();
        volume = cluster.volume("pvc-1");
    }

    @AfterEach
    void end() {
        cluster.close();
    }

    // ---- refused ----------------------------------------------------------------------------------------------------

    @Test
    void aVolumeThatALivingNodeHasIsRefusedWithItsNameAndWhatEndsThat() {
        claim(A);
        assertFails(() -> claim(B), Status.Code.FAILED_PRECONDITION).hasMessageContainingAll(A, "delete its Node object", "node.kubernetes.io/out-of-service");
        assertThat(asked).containsExactly(A);
        assertThat(holder()).contains(A);
    }

    @Test
    void thatKubernetesCanNotBeAskedIsNoSignThatANodeIsLost() {
        nodes = (node, _) -> {
            asked.add(node.toString());
            throw new IOException("get /api/v1/nodes/x is answered with 403");
        };
        claim(A);
        assertFails(() -> claim(B), Status.Code.FAILED_PRECONDITION).hasMessageContainingAll(A, "can't be told", "403");
        assertThat(asked).as("once for each call").containsExactly(A);
        assertThat(holder()).contains(A);
        assertThat(cluster.reached).doesNotContain(PublishVolumeStep.FENCED);
    }

    @Test
    void aLeaseOfSomebodyElseIsNeverTakenWhateverNodesAreLost() {
        nodes = (_, _) -> true;
        cluster.store.acquireLease(volume.address(), new LeaseHolder("dyskctl@somewhere", LeaseId.parse("00000000-1111-4222-8333-444444444444")));
        assertFails(() -> claim(B), Status.Code.FAILED_PRECONDITION).hasMessageContaining("dyskctl@somewhere");
        assertThat(pauses).as("nobody will give it back soon").isEmpty();
        assertThat(holder()).contains("dyskctl@somewhere");
    }

    @Test
    void aLeaseWithoutANoteIsNeverTakenWhateverNodesAreLost() {
        nodes = (_, _) -> true;
        cluster.server.faults().add(new FaultRule("PUT", "metadata", "disks/pvc-1", null, null, 0, 0), new Fault(Fault.Kind.ANSWER, 403,
                "AuthorizationFailure", -1, 0, 0));
        assertThatThrownBy(() -> claim(A)).isInstanceOf(BlobException.Denied.class);
        cluster.connect();
        String lease = cluster.blob(volume).leaseId();
        assertFails(() -> claim(B), Status.Code.FAILED_PRECONDITION);
        assertThat(cluster.blob(volume).leaseId()).isNotNull().isEqualTo(lease);
    }

    @Test
    void withoutCredentialsOfItsOwnTheControllerSaysThatItNeedsThem() {
        VolumeId elsewhere = VolumeId.of(new AccountName("otheraccount"), volume.address());
        assertFails(() -> claims().claim(request(elsewhere, B, Mode.SINGLE_NODE_WRITER)), Status.Code.UNAUTHENTICATED)
                .hasMessageContainingAll("otheraccount", "--accounts-dir", "StorageClass");
        assertFails(() -> claims().release(ReleaseVolumeRequest.newBuilder().setVolumeId(elsewhere.toString()).setNodeId(B).build()),
                Status.Code.UNAUTHENTICATED).hasMessageContaining("otheraccount");
    }

    @Test
    void whatCanNotBeIsRefusedBeforeAnythingIsDone() {
        claim(A);
        assertFails(() -> claims().claim(request(volume, "", Mode.SINGLE_NODE_WRITER)), Status.Code.INVALID_ARGUMENT);
        assertFails(() -> claims().claim(request(volume, "node-b", Mode.SINGLE_NODE_WRITER)), Status.Code.NOT_FOUND);
        assertFails(() -> claims().claim(request(volume, B, Mode.SINGLE_NODE_WRITER).toBuilder().clearVolumeCapability().build()),
                Status.Code.INVALID_ARGUMENT);
        assertFails(() -> claims().release(ReleaseVolumeRequest.newBuilder().setVolumeId(volume.toString()).build()), Status.Code.INVALID_ARGUMENT);
        assertFails(() -> claims().release(ReleaseVolumeRequest.newBuilder().setVolumeId(volume.toString()).setNodeId("node-a").build()),
                Status.Code.NOT_FOUND);
        assertThat(holder()).contains(A);
    }

    // ---- taken and given back ---------------------------------------------------------------------------------------

    @Test
    void aClaimIsAnsweredAsAPublicationIsAndMayBeRepeated() {
        PublishContext claimed = claim(A);
        assertThat(claimed).isEqualTo(claim(A)).isEqualTo(cluster.publish(volume, A));
        assertThat(claimed.lease()).contains(cluster.blob(volume).leaseId());
    }

    @Test
    void whatANodeGivesBackIsFreeAndWhatItDoesNotHaveStays() {
        claim(A);
        release(B);
        assertThat(holder()).contains(A);
        release(A);
        release(A);
        assertThat(cluster.blob(volume).leaseId()).isNull();
        assertThat(claim(B).lease()).isPresent();
        claims().release(ReleaseVolumeRequest.newBuilder().setVolumeId("none").setNodeId(A).build());
    }

    @Test
    void readersShareAndTheLastGivesItBack() {
        claimForReading(A);
        claimForReading(B);
        assertThat(readers()).containsExactly(A, B);
        release(A);
        assertThat(readers()).containsExactly(B);
        release(B);
        assertThat(cluster.blob(volume).leaseId()).isNull();
    }

    @Test
    void aReleaseThatFailsGivesNobodyUp() {
        claim(A);
        cluster.cutOff();
        assertThatThrownBy(() -> release(A)).isInstanceOf(BlobException.class);
        cluster.connect();
        assertFails(() -> claim(B), Status.Code.FAILED_PRECONDITION);
        assertFails(() -> cluster.publish(volume, B), Status.Code.FAILED_PRECONDITION);
        assertThat(holder()).contains(A);
    }

    // ---- a planned move ---------------------------------------------------------------------------------------------

    @Test
    void aClaimWaitsForTheNodeThatIsAboutToGiveItBack() {
        claim(A);
        meanwhile = () -> {
            if (pauses.size() == 3) {
                release(A);
            }
        };
        assertThat(claim(B).lease()).isPresent();
        assertThat(pauses).hasSize(3);
        assertThat(asked).as("once, not in each pause").containsExactly(A);
    }

    @Test
    void aWriterWaitsForReadersAndAReaderForTheWriter() {
        claimForReading(A);
        meanwhile = () -> release(A);
        assertThat(claim(B).lease()).isPresent();
        meanwhile = () -> release(B);
        assertThat(claimForReading(C).readOnly()).isTrue();
    }

    @Test
    void ofTwoThatWaitOneGetsItAndTheOtherIsToldOfThatOne() {
        claim(A);
        meanwhile = () -> {
            release(A);
            cluster.publish(volume, C);
            meanwhile = () -> {};
        };
        assertFails(() -> claim(B), Status.Code.FAILED_PRECONDITION).hasMessageContaining(C);
        assertThat(asked).containsExactly(A, C);
    }

    @Test
    void itWaitsForTenSecondsAtMostAndGently() {
        claim(A);
        assertFails(() -> claim(B), Status.Code.FAILED_PRECONDITION);
        assertThat(pauses.stream().reduce(Duration.ZERO, Duration::plus)).isBetween(Duration.ofSeconds(9), Duration.ofSeconds(10));
        assertThat(pauses).hasSizeLessThan(20);
    }

    @Test
    void theNodeThatHasItOtherwiseDoesNotWaitForItself() {
        claimForReading(A);
        assertFails(() -> claim(A), Status.Code.ALREADY_EXISTS);
        release(A);
        claim(A);
        assertFails(() -> claimForReading(A), Status.Code.ALREADY_EXISTS);
        assertThat(pauses).isEmpty();
    }

    // ---- lost nodes -------------------------------------------------------------------------------------------------

    @Test
    void aLostWriterIsFencedAtOnceAndWritesNoMore() {
        Optional<String> old = claim(A).lease();
        lost.add(A);
        Optional<String> now = claim(B).lease();
        assertThat(pauses).isEmpty();
        assertThat(cluster.write(volume, 0, 1, old)).isEqualTo(412);
        assertThat(cluster.write(volume, 0, 1, now)).isEqualTo(201);
        release(A);
        assertThat(holder()).as("what the lost node cleans up later").contains(B);
    }

    @Test
    void lostReadersAreDroppedAndOneThatLivesKeepsAWriterOut() {
        claimForReading(A);
        claimForReading(C);
        lost.add(A);
        assertFails(() -> claim(B), Status.Code.FAILED_PRECONDITION).hasMessageContaining(C);
        assertThat(readers()).containsExactly(C);
        lost.add(C);
        assertThat(claim(B).lease()).isPresent();
        assertThat(readers()).isEmpty();
    }

    @Test
    void aReaderTakesAVolumeFromALostWriter() {
        Optional<String> old = claim(A).lease();
        lost.add(A);
        assertThat(claimForReading(B).readOnly()).isTrue();
        assertThat(cluster.write(volume, 0, 1, old)).isEqualTo(412);
    }

    @Test
    void publicationsByKubernetesAskNobodyAndDoNotWait() {
        claim(A);
        lost.add(A);
        assertFails(() -> cluster.publish(volume, B), Status.Code.FAILED_PRECONDITION);
        assertThat(asked).isEmpty();
        assertThat(pauses).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(value = PublishVolumeStep.class, names = {"FENCED", "LEASED", "READERS_REMOVED", "READERS_RELEASED"})
    void aControllerThatDiesWhileItTakesAVolumeFromALostNodeEndsItWhenAskedAgain(PublishVolumeStep step) {
        if (step.name().startsWith("READERS")) {
            claimForReading(A);
        } else {
            claim(A);
        }
        lost.add(A);
        cluster.deathAt.set(step);
        assertThatThrownBy(() -> claim(B)).isInstanceOf(TestStorage.Died.class);
        cluster.restart();
        claim(B);
        assertThat(holder()).contains(B);
        release(B);
        assertThat(cluster.blob(volume).leaseId()).isNull();
    }

    // ---- deleted ----------------------------------------------------------------------------------------------------

    @Test
    void aVolumeIsNotDeletedUnderANodeThatLivesOrMayLive() {
        claim(A);
        assertFails(this::delete, Status.Code.FAILED_PRECONDITION).hasMessageContainingAll("in use", A);
        nodes = (_, _) -> {
            throw new IOException("get /api/v1/nodes/x is answered with 403");
        };
        assertFails(this::delete, Status.Code.FAILED_PRECONDITION).hasMessageContainingAll(A, "can't be told", "403");
        assertThat(holder()).contains(A);
    }

    @Test
    void aVolumeIsNotDeletedUnderSomebodyElseWhateverNodesAreLost() {
        nodes = (_, _) -> true;
        cluster.store.acquireLease(volume.address(), new LeaseHolder("dyskctl@somewhere", LeaseId.parse("00000000-1111-4222-8333-444444444444")));
        assertFails(this::delete, Status.Code.FAILED_PRECONDITION).hasMessageContaining("dyskctl@somewhere");
    }

    @Test
    void aDeletionWaitsForTheNodeThatIsAboutToGiveItBack() {
        claim(A);
        meanwhile = () -> {
            if (pauses.size() == 3) {
                release(A);
            }
        };
        delete();
        assertThat(cluster.blob(volume).exists()).isFalse();
        assertThat(asked).as("once, not in each pause").containsExactly(A);
    }

    @Test
    void aDeletionWaitsForReaders() {
        claimForReading(A);
        claimForReading(C);
        meanwhile = () -> release(pauses.size() == 1 ? A : C);
        delete();
        assertThat(pauses).hasSize(2);
        assertThat(cluster.blob(volume).exists()).isFalse();
    }

    @Test
    void aDeletionWaitsForTenSecondsAtMostAndNotForSomebodyElse() {
        claim(A);
        assertFails(this::delete, Status.Code.FAILED_PRECONDITION).hasMessageContainingAll("in use", A);
        assertThat(pauses.stream().reduce(Duration.ZERO, Duration::plus)).isBetween(Duration.ofSeconds(9), Duration.ofSeconds(10));
        assertThat(holder()).contains(A);
        release(A);
        pauses.clear();
        cluster.store.acquireLease(volume.address(), new LeaseHolder("dyskctl@somewhere", LeaseId.parse("00000000-1111-4222-8333-444444444444")));
        assertFails(this::delete, Status.Code.FAILED_PRECONDITION).hasMessageContaining("dyskctl@somewhere");
        assertThat(pauses).isEmpty();
    }

    @Test
    void aVolumeThatIsTakenAgainWhileADeletionWaitsIsLeftAlone() {
        claim(A);
        meanwhile = () -> {
            release(A);
            claim(B);
            meanwhile = () -> {};
        };
        assertFails(this::delete, Status.Code.FAILED_PRECONDITION).hasMessageContainingAll("in use", B);
        assertThat(holder()).contains(B);
    }

    @Test
    void aVolumeOfALostWriterIsDeleted() {
        claim(A);
        lost.add(A);
        delete();
        assertThat(cluster.blob(volume).exists()).isFalse();
    }

    @Test
    void aVolumeOfLostReadersIsDeletedButNotUnderOneThatLives() {
        claimForReading(A);
        claimForReading(C);
        lost.add(A);
        assertFails(this::delete, Status.Code.FAILED_PRECONDITION).hasMessageContaining(C);
        lost.add(C);
        delete();
        assertThat(cluster.blob(volume).exists()).isFalse();
    }

    private void delete() {
        cluster.store.changeMetadata(volume.address(), metadata -> new VolumeNotes(metadata).with(VolumeNotes.NAME, "pvc-1"),
                Optional.ofNullable(cluster.blob(volume).leaseId()).map(LeaseId::parse));
        new DeleteVolume(cluster.accounts(), new AccountUsage(), cluster.locks(), new ClaimHolders(contention()),
                cluster.listener()).answer(DeleteVolumeRequest.newBuilder().setVolumeId(volume.toString()).build());
    }

    private VolumeClaims claims() {
        return cluster.claims(contention());
    }

    private Contention contention() {
        return new Contention((node, asking) -> nodes.isLost(node, asking), Duration.ofSeconds(10), pause -> {
            pauses.add(pause);
            meanwhile.run();
        });
    }

    private PublishContext claim(String node) {
        return claim(node, Mode.SINGLE_NODE_WRITER);
    }

    private PublishContext claimForReading(String node) {
        return claim(node, Mode.MULTI_NODE_READER_ONLY);
    }

    private PublishContext claim(String node, Mode mode) {
        return PublishContext.parse(new TreeMap<>(claims().claim(request(volume, node, mode)).getPublishContextMap()));
    }

    private static ClaimVolumeRequest request(VolumeId id, String node, Mode mode) {
        return ClaimVolumeRequest.newBuilder().setVolumeId(id.toString()).setNodeId(node).setVolumeCapability(Cluster.capability(mode)).build();
    }

    private void release(String node) {
        claims().release(ReleaseVolumeRequest.newBuilder().setVolumeId(volume.toString()).setNodeId(node).build());
    }

    private Optional<String> holder() {
        return cluster.store.leaseHolder(volume.address()).map(LeaseHolder::name);
    }

    private List<String> readers() {
        return VolumeNotes.of(cluster.store.properties(volume.address())).readers();
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertFails(ThrowingCallable call, Status.Code code) {
        return assertThatThrownBy(call).isInstanceOfSatisfying(RpcFailure.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
