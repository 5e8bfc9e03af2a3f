package io.dysk.controller.publish;

import static io.dysk.controller.TestStorage.MIB;
import static io.dysk.controller.publish.Cluster.A;
import static io.dysk.controller.publish.Cluster.B;
import static io.dysk.controller.publish.Cluster.C;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dysk.blob.BlobException;
import io.dysk.blob.BlobAddress;
import io.dysk.blob.CopySource;
import io.dysk.blob.DiskFormat;
import io.dysk.blob.Endpoint;
import io.dysk.blob.LeaseHolder;
import io.dysk.blob.LeaseId;
import io.dysk.blob.NewPageBlob;
import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.FaultRule;
import io.dysk.controller.TestStorage;
import io.dysk.controller.step.PublishVolumeStep;
import io.dysk.controller.volume.VolumeId;
import io.dysk.controller.volume.VolumeNotes;
import io.dysk.csi.ControllerPublishVolumeRequest;
import io.dysk.csi.VolumeCapability;
import io.dysk.csi.VolumeCapability.AccessMode.Mode;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.contract.NodeId;
import io.dysk.rpc.contract.PublishContext;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublishVolumeTest {
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

    // ---- what is refused before anything is looked up ----

    @Test
    void aRequestWithSomethingMissingIsRefusedBeforeAnyLookUp() {
        ControllerPublishVolumeRequest whole = ControllerPublishVolumeRequest.newBuilder().setVolumeId(volume.toString()).setNodeId(A)
                .setVolumeCapability(Cluster.capability(Mode.SINGLE_NODE_WRITER)).build();
        long before = cluster.requests();
        for (ControllerPublishVolumeRequest partial : List.of(
                whole.toBuilder().clearVolumeId().build(),
                whole.toBuilder().clearNodeId().build(),
                whole.toBuilder().clearVolumeCapability().build(),
                whole.toBuilder().setVolumeCapability(VolumeCapability.getDefaultInstance()).build(),
                whole.toBuilder().setVolumeCapability(Cluster.capability(Mode.MULTI_NODE_MULTI_WRITER)).build())) {
            assertFails(() -> cluster.publish(partial), Status.Code.INVALID_ARGUMENT);
        }
        assertThat(cluster.requests()).isEqualTo(before);
    }

    @Test
    void aNodeThatNoPluginOfOursNamedIsNotFound() {
        for (String node : List.of("node-a", "node-a~00000000", "~", "node a~12345678")) {
            assertFails(() -> cluster.publish(volume, node), Status.Code.NOT_FOUND).hasMessageContaining(node);
        }
        assertThat(cluster.blob(volume).leaseId()).isNull();
    }

    @Test
    void aVolumeThatIsNotThereIsNotFound() {
        VolumeId missing = new VolumeId(volume.endpoint(), volume.account(), BlobAddress.of("disks", "none"), Optional.empty());
        assertThatThrownBy(() -> cluster.publish(missing, A)).isInstanceOf(BlobException.NotFound.class);
    }

    @Test
    void aDeletedVolumeThatIsKeptForItsSnapshotsIsNotFoundAndStaysUnleased() {
        cluster.store.setMetadata(volume.address(), new VolumeNotes(Map.of()).with(VolumeNotes.DELETED, "yes"), Optional.empty());
        assertFails(() -> cluster.publish(volume, A), Status.Code.NOT_FOUND);
        assertFails(() -> cluster.publishForReading(volume, A), Status.Code.NOT_FOUND);
        assertThat(cluster.blob(volume).leaseId()).isNull();
    }

    @Test
    void aVolumeThatIsStillBeingMadeIsForLater() {
        cluster.store.setMetadata(volume.address(), new VolumeNotes(Map.of()).with(VolumeNotes.INCOMPLETE, "1024"), Optional.empty());
        assertFails(() -> cluster.publish(volume, A), Status.Code.UNAVAILABLE).hasMessageContaining("CreateVolume");
        assertThat(cluster.blob(volume).leaseId()).isNull();
    }

    @Test
    void aVolumeThatIsStillBeingCopiedIsForLaterAndSaysHowFarItIs() {
        cluster.server.copies().hold(true);
        VolumeId copy = new VolumeId(volume.endpoint(), volume.account(), BlobAddress.of("disks", "copy"), Optional.empty());
        var snapshot = cluster.store.createSnapshot(volume.address(), "s");
        cluster.store.startCopy(copy.address(), CopySource.ofSnapshot(volume.address(), snapshot.id()), Map.of());
        assertFails(() -> cluster.publish(copy, A), Status.Code.UNAVAILABLE).hasMessageContaining("of " + 8 * MIB + " bytes");
        cluster.server.copies().endAll(false);
        assertFails(() -> cluster.publish(copy, A), Status.Code.FAILED_PRECONDITION).hasMessageContaining("delete it and create it again");
        assertThat(cluster.blob(copy).leaseId()).isNull();
    }

    // ---- one writer ----

    @Test
    void aWriterHoldsTheLeaseThatFollowsFromVolumeAndNode() {
        PublishContext context = cluster.publish(volume, A);
        assertThat(context.lease()).contains(LeaseId.ofWriter(volume.leaseName(), A).toString());
        assertThat(cluster.blob(volume).leaseId()).isEqualTo(context.lease().get());
        assertThat(context.endpoint()).isEqualTo(cluster.store.endpoint().url());
        assertThat(List.of(context.account(), context.container(), context.blob())).containsExactly("devstoreaccount1", "disks", "pvc-1");
        assertThat(context.snapshot()).isEmpty();
        assertThat(context.tailBytes()).isZero();
        assertThat(cluster.store.leaseHolder(volume.address())).map(LeaseHolder::name).contains(A);
    }

    @Test
    void publishingAgainToTheSameNodeSucceedsAlsoAfterARestart() {
        PublishContext first = cluster.publish(volume, A);
        assertThat(cluster.publish(volume, A)).isEqualTo(first);
        cluster.restart();
        assertThat(cluster.publish(volume, A)).isEqualTo(first);
    }

    @Test
    void anotherNodeIsRefusedWithTheFirstOnesId() {
        PublishContext first = cluster.publish(volume, A);
        assertFails(() -> cluster.publish(volume, B), Status.Code.FAILED_PRECONDITION).hasMessageContaining(A);
        assertFails(() -> cluster.publishForReading(volume, B), Status.Code.FAILED_PRECONDITION).hasMessageContaining(A);
        assertThat(cluster.blob(volume).leaseId()).isEqualTo(first.lease().get());
    }

    @Test
    void ofTwoNodesThatComeAtOnceOneGetsTheVolume() throws Exception {
        List<String> outcomes = together(List.of(() -> outcome(() -> cluster.publish(volume, A)), () -> outcome(() -> cluster.publish(volume, B))));
        assertThat(outcomes).containsExactlyInAnyOrder("OK", "FAILED_PRECONDITION");
    }

    @Test
    void aLeaseOfAnUnknownHolderIsNeverBroken() {
        LeaseHolder foreign = new LeaseHolder("backup-host", LeaseId.ofWriter("whatever", "backup-host"));
        cluster.store.acquireLease(volume.address(), foreign);
        assertFails(() -> cluster.publish(volume, A), Status.Code.FAILED_PRECONDITION).hasMessageContaining("backup-host");
        cluster.store.releaseLease(volume.address(), foreign.lease());

        LeaseHolder imitator = new LeaseHolder(B, LeaseId.ofWriter("another volume", B));
        cluster.store.acquireLease(volume.address(), imitator);
        cluster.cutOff();
        assertThatThrownBy(() -> cluster.unpublish(volume, B)).isInstanceOf(BlobException.class);
        cluster.connect();
        assertFails(() -> cluster.publish(volume, A), Status.Code.FAILED_PRECONDITION).hasMessageContaining("no node of this driver");
        assertThat(cluster.blob(volume).leaseId()).isEqualTo(imitator.lease().toString());
    }

    @Test
    void ifTheHoldersNoteIsLostTheSameNodeGoesOnAndAnotherIsRefused() {
        cluster.server.faults().add(new FaultRule("PUT", "metadata", "disks/pvc-1", null, null, 0, 0), new Fault(Fault.Kind.ANSWER, 403,
                "AuthorizationFailure", -1, 0, 0));
        assertThatThrownBy(() -> cluster.publish(volume, A)).isInstanceOf(BlobException.Denied.class);
        assertThat(cluster.blob(volume).leaseId()).isNotNull();
        cluster.connect();
        assertFails(() -> cluster.publish(volume, B), Status.Code.FAILED_PRECONDITION).hasMessageContaining("left no note");
        assertThat(cluster.publish(volume, A).lease()).isPresent();
        assertThat(cluster.store.leaseHolder(volume.address())).map(LeaseHolder::name).contains(A);
    }

    // ---- proof that a disk is empty ----

    @Test
    void anEmptyDiskIsSaidToBeEmptyAtItsSequenceNumber() {
        cluster.store.raiseSequenceNumber(volume.address(), 3L << 20, Optional.empty());
        assertThat(cluster.publish(volume, A).blankAt()).isEqualTo(OptionalLong.of(3L << 20));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 4 << 20, (8 << 20) - 512})
    void aDiskWithOneWrittenPageIsNotSaidToBeEmpty(long offset) {
        assertThat(cluster.write(volume, offset, 1, Optional.empty())).isEqualTo(201);
        assertThat(cluster.publish(volume, A).blankAt()).isEmpty();
    }

    @Test
    void aDiskWhoseEmptinessCantBeAskedIsNotPublished() {
        cluster.server.faults().add(new FaultRule("GET", "pagelist", "disks/pvc-1", null, null, 0, 0), new Fault(Fault.Kind.DROP, 0, "", -1, 0, 0));
        assertThatThrownBy(() -> cluster.publish(volume, A)).isInstanceOf(BlobException.Unavailable.class);
        cluster.connect();
        assertThat(cluster.publish(volume, A).blankAt()).isEqualTo(OptionalLong.of(0));
    }

    @Test
    void aDiskTooFragmentedToBeListedWholeIsPublishedIfItsBeginningTellsThatItIsUsed() {
        cluster.write(volume, 1024, 1, Optional.empty());
        cluster.server.faults().add(new FaultRule("GET", "pagelist", "disks/pvc-1", null, null, 0, 2), new Fault(Fault.Kind.ANSWER, 500,
                "OperationTimedOut", -1, 0, 0));
        assertThat(cluster.publish(volume, A).blankAt()).isEmpty();
    }

    // ---- VHDs and https ----

    @Test
    void theFooterOfAVhdIsKeptOutOfTheDisk() {
        VolumeId vhd = cluster.volume("disk.vhd", NewPageBlob.vhd(4 * MIB));
        PublishContext context = cluster.publish(vhd, A);
        assertThat(context.tailBytes()).isEqualTo(512);
        assertThat(context.blankAt()).as("a footer is no data").isPresent();
    }

    @Test
    void aVhdThatWasCutShortIsCompletedFirst() {
        cluster.server.faults().add(new FaultRule("PUT", "page", "disks/disk.vhd", null, null, 0, 0), new Fault(Fault.Kind.ANSWER, 403,
                "AuthorizationFailure", -1, 0, 0));
        assertThatThrownBy(() -> cluster.volume("disk.vhd", NewPageBlob.vhd(4 * MIB))).isInstanceOf(BlobException.Denied.class);
        cluster.connect();
        VolumeId vhd = new VolumeId(volume.endpoint(), volume.account(), BlobAddress.of("disks", "disk.vhd"), Optional.empty());
        PublishContext context = cluster.publish(vhd, A);
        assertThat(context.tailBytes()).isEqualTo(512);
        assertThat(cluster.reached).containsExactly(PublishVolumeStep.LEASED, PublishVolumeStep.COMPLETED);
        assertThat(cluster.store.properties(vhd.address()).format()).isEqualTo(DiskFormat.VHD);
    }

    @Test
    void anHttpsAccountIsReachedByNodesOverHttpOnlyIfThatIsWanted() {
        var https = Endpoint.parse("https://acct.blob.core.windows.net");
        assertFails(() -> new DataPath(false).url(https), Status.Code.FAILED_PRECONDITION).hasMessageContaining("--plain-http");
        assertThat(new DataPath(true).url(https)).isEqualTo("http://acct.blob.core.windows.net");
        assertThat(new DataPath(false).url(cluster.store.endpoint())).isEqualTo(cluster.store.endpoint().url());
    }

    // ---- many readers ----

    @Test
    void manyNodesReadAndNoWriterComesInUnderThem() {
        assertThat(cluster.publishForReading(volume, A).readOnly()).isTrue();
        assertThat(cluster.publish(volume, B, Mode.SINGLE_NODE_WRITER, true).readOnly()).isTrue();
        assertFails(() -> cluster.publish(volume, C), Status.Code.FAILED_PRECONDITION).hasMessageContaining(A).hasMessageContaining(B);
        assertThat(readers()).containsExactly(A, B);
        assertThat(cluster.write(volume, 0, 1, Optional.empty())).isEqualTo(412);
    }

    @Test
    void theSameNodeInTheOtherModeIsToldThatItHasTheVolumeAlready() {
        cluster.publishForReading(volume, A);
        assertFails(() -> cluster.publish(volume, A), Status.Code.ALREADY_EXISTS);
        cluster.unpublish(volume, A);
        cluster.publish(volume, A);
        assertFails(() -> cluster.publishForReading(volume, A), Status.Code.ALREADY_EXISTS);
    }

    @Test
    void readersThatComeAtOnceAreAllListed() throws Exception {
        List<Callable<String>> calls = new ArrayList<>();
        List<String> nodes = IntStream.range(0, 8).mapToObj(i -> new NodeId("node-" + i).toString()).toList();
        nodes.forEach(node -> calls.add(() -> outcome(() -> cluster.publishForReading(volume, node))));
        assertThat(together(calls)).containsOnly("OK");
        assertThat(readers()).containsExactlyInAnyOrderElementsOf(nodes);
    }

    @Test
    void readersComeAndGoAtOnceAndWhoeverIsThereInTheEndIsListedUnderTheLease() throws Exception {
        for (int round = 0; round < 100; round++) {
            cluster.publishForReading(volume, A);
            assertThat(together(List.of(
                    () -> outcome(() -> cluster.unpublish(volume, A)),
                    () -> outcome(() -> cluster.publishForReading(volume, B))))).containsOnly("OK");
            assertThat(readers()).containsExactly(B);
            assertThat(cluster.blob(volume).leaseId()).isEqualTo(LeaseId.ofReaders(volume.leaseName()).toString());
            cluster.unpublish(volume, B);
            assertThat(cluster.blob(volume).leaseId()).isNull();
        }
    }

    @Test
    void whenTheListIsFullASnapshotIsRecommended() {
        String many = String.join(" ", IntStream.range(0, 34).mapToObj(i -> "x".repeat(205) + i).toList());
        cluster.store.setMetadata(volume.address(), new VolumeNotes(Map.of()).with(VolumeNotes.READERS, many), Optional.empty());
        String node = new NodeId("n".repeat(200)).toString();
        assertFails(() -> cluster.publishForReading(volume, node), Status.Code.RESOURCE_EXHAUSTED).hasMessageContaining("snapshot");
        assertThat(readers()).hasSize(34);
    }

    @Test
    void aSnapshotIsReadByAnyNodeWithoutALeaseAndWrittenByNone() {
        VolumeId snapshot = volume.withSnapshot(cluster.store.createSnapshot(volume.address(), "s").id());
        cluster.publish(volume, A);
        for (String node : List.of(A, B, C)) {
            PublishContext context = cluster.publishForReading(snapshot, node);
            assertThat(context.readOnly()).isTrue();
            assertThat(context.snapshot()).contains(snapshot.snapshot().get().value());
        }
        assertFails(() -> cluster.publish(snapshot, A), Status.Code.INVALID_ARGUMENT).hasMessageContaining("snapshot");
        cluster.unpublish(snapshot, A);
        assertThat(cluster.blob(volume).leaseId()).as("A's own lease").isNotNull();
    }

    // ---- crashes and costs ----

    @ParameterizedTest
    @EnumSource(value = PublishVolumeStep.class, names = {"LEASED", "NOTED"})
    void aControllerThatDiesAtAStepEndsWellWhenItIsCalledAgain(PublishVolumeStep step) {
        cluster.deathAt.set(step);
        assertThatThrownBy(() -> cluster.publishForReading(volume, A)).isInstanceOf(TestStorage.Died.class);
        cluster.restart();
        cluster.publishForReading(volume, A);
        assertThat(readers()).containsExactly(A);
        cluster.unpublish(volume, A);
        assertThat(cluster.blob(volume).leaseId()).isNull();
    }

    @Test
    void aReaderThatDiedBeforeItWasListedLeavesNoLeaseBehindItsUnpublish() {
        cluster.deathAt.set(PublishVolumeStep.LEASED);
        assertThatThrownBy(() -> cluster.publishForReading(volume, A)).isInstanceOf(TestStorage.Died.class);
        cluster.restart();
        cluster.unpublish(volume, A);
        assertThat(cluster.blob(volume).leaseId()).isNull();
        cluster.publish(volume, B);
    }

    @Test
    void publishingTakesFourRequestsAndThreeWhenItIsPublishedAlready() {
        assertThat(requestsOf(() -> cluster.publish(volume, A))).as("look, lease, note, ask for pages").isEqualTo(4);
        assertThat(requestsOf(() -> cluster.publish(volume, A))).as("look, look under the lease, ask for pages").isEqualTo(3);
        assertThat(requestsOf(() -> cluster.unpublish(volume, A))).as("look, remove the note, release").isEqualTo(3);
        assertThat(requestsOf(() -> cluster.publishForReading(volume, A))).isEqualTo(5);
        assertThat(requestsOf(() -> cluster.publishForReading(volume, B))).isEqualTo(4);
        assertThat(requestsOf(() -> cluster.publishForReading(volume, B))).isEqualTo(2);
        VolumeId snapshot = volume.withSnapshot(cluster.store.createSnapshot(volume.address(), "s").id());
        assertThat(requestsOf(() -> cluster.publishForReading(snapshot, B))).isEqualTo(1);
    }

    private long requestsOf(Runnable call) {
        long before = cluster.requests();
        call.run();
        return cluster.requests() - before;
    }

    private List<String> readers() {
        return VolumeNotes.of(cluster.store.properties(volume.address())).readers();
    }

    private static String outcome(Runnable call) {
        try {
            call.run();
            return "OK";
        } catch (RpcFailure e) {
            return e.code().name();
        } catch (BlobException e) {
            return e.toString();
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
        return assertThatThrownBy(call).isInstanceOfSatisfying(RpcFailure.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
