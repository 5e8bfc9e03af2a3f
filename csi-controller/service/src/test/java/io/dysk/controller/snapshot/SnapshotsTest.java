package io.dysk.controller.snapshot;

import static io.dysk.controller.TestStorage.MIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dysk.blob.BlobException;
import io.dysk.blob.CopySource;
import io.dysk.blob.NewPageBlob;
import io.dysk.blob.SnapshotId;
import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.FaultRule;
import io.dysk.controller.TestStorage;
import io.dysk.controller.step.CreateSnapshotStep;
import io.dysk.controller.step.DeleteSnapshotStep;
import io.dysk.controller.volume.VolumeId;
import io.dysk.controller.volume.VolumeNotes;
import io.dysk.csi.CreateSnapshotRequest;
import io.dysk.csi.DeleteSnapshotRequest;
import io.dysk.csi.GetSnapshotRequest;
import io.dysk.csi.ListSnapshotsRequest;
import io.dysk.csi.ListSnapshotsResponse;
import io.dysk.csi.Snapshot;
import io.dysk.rpc.call.RpcFailure;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotsTest {
    private TestStorage storage;
    private VolumeId volume;

    @BeforeEach
    void aVolume() {
        storage = new TestStorage();
        volume = storage.volume("pvc-1");
    }

    @AfterEach
    void end() {
        storage.close();
    }

    // ---- create ----

    @Test
    void aRequestWithSomethingMissingOrImpossibleIsRefusedBeforeAnyLookUp() {
        long before = storage.requests();
        CreateSnapshotRequest whole = CreateSnapshotRequest.newBuilder().setName("s").setSourceVolumeId(volume.toString()).build();
        for (CreateSnapshotRequest bad : List.of(
                whole.toBuilder().clearName().build(),
                whole.toBuilder().clearSourceVolumeId().build(),
                whole.toBuilder().setName("x".repeat(129)).build(),
                whole.toBuilder().setName("a\u0000b").build(),
                whole.toBuilder().setSourceVolumeId(volume + "@2026-11-21T13:43:03.1234567Z").build())) {
            assertFails(() -> create(bad), Status.Code.INVALID_ARGUMENT);
        }
        assertFails(() -> create(whole.toBuilder().putParameters("expire", "1d").build()), Status.Code.INVALID_ARGUMENT)
                .hasMessageContaining("'expire'");
        assertThat(storage.requests()).isEqualTo(before);
        create(whole.toBuilder().putParameters("csi.storage.k8s.io/volumesnapshot/name", "mine").build());
    }

    @Test
    void aSourceThatIsNotThereOrDeletedIsNotFound() {
        assertThatThrownBy(() -> create("s", TestStorage.id("none"))).isInstanceOf(BlobException.NotFound.class);
        markDeleted();
        assertFails(() -> create("s", volume), Status.Code.NOT_FOUND);
    }

    @Test
    void aSnapshotHoldsTheVolumeAsItWasAndSaysWhenAndHowLarge() {
        storage.write(volume, 0, 1, Optional.empty());
        Snapshot snapshot = create("s", volume);
        storage.write(volume, 0, 2, Optional.empty());
        assertThat(snapshot.getSourceVolumeId()).isEqualTo(volume.toString());
        assertThat(snapshot.getSnapshotId()).startsWith(volume + "@");
        assertThat(snapshot.getSizeBytes()).isEqualTo(8 * MIB);
        assertThat(snapshot.getReadyToUse()).isTrue();
        SnapshotId id = VolumeId.parse(snapshot.getSnapshotId()).orElseThrow().snapshot().orElseThrow();
        assertThat(snapshot.getCreationTime().getSeconds()).isEqualTo(id.createdAt().getEpochSecond());
    }

    @Test
    void theSameNameGivesTheSameSnapshotAlsoAfterARestartAndWhenTheSourceWasDeleted() {
        Snapshot first = create("s", volume);
        assertThat(create("s", volume)).isEqualTo(first);
        storage.restart();
        markDeleted();
        assertThat(create("s", volume)).isEqualTo(first);
        assertThat(storage.blob(volume).snapshots()).hasSize(1);
    }

    @Test
    void theSameNameOfAnotherSourceIsRefused() {
        create("s", volume);
        VolumeId other = storage.volume("pvc-2");
        assertFails(() -> create("s", other), Status.Code.ALREADY_EXISTS).hasMessageContaining("pvc-1");
        assertThat(storage.blob(other).snapshots()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"simple", "with blanks  and\ttabs", "Schnappschuß", "スナップ", "📸:%+&=/@", "csi-clone:x", "'\"<>\\"})
    void namesMayBeOfAnyText(String name) {
        Snapshot first = create(name, volume);
        assertThat(create(name, volume)).isEqualTo(first);
        assertThat(create(name + ".", volume).getSnapshotId()).isNotEqualTo(first.getSnapshotId());
        assertThat(list(ListSnapshotsRequest.newBuilder().setSourceVolumeId(volume.toString())).getEntriesList()).hasSize(2);
    }

    @Test
    void theLongestNameIsPossible() {
        assertThat(create("ü".repeat(64), volume)).isEqualTo(create("ü".repeat(64), volume));
    }

    @Test
    void whenTheAccountAllowsNoFurtherOneThatIsSaid() {
        storage.server.faults().add(new FaultRule("PUT", "snapshot", null, null, null, 0, 0),
                new Fault(Fault.Kind.ANSWER, 409, "SnapshotCountExceeded", -1, 0, 0));
        assertFails(() -> create("s", volume), Status.Code.RESOURCE_EXHAUSTED).hasMessageContaining("Delete snapshots");
    }

    @Test
    void anAnswerThatGotLostMakesNoSecondSnapshot() {
        storage.server.faults().add(new FaultRule("PUT", "snapshot", null, null, null, 0, 1), new Fault(Fault.Kind.APPLY_DROP, 0, "", -1, 0, 0));
        create("s", volume);
        assertThat(storage.blob(volume).snapshots()).hasSize(1);
    }

    @Test
    void aControllerThatDiesAfterTheCutFindsItAgain() {
        storage.deathAt.set(CreateSnapshotStep.CUT);
        assertThatThrownBy(() -> create("s", volume)).isInstanceOf(TestStorage.Died.class);
        storage.restart();
        create("s", volume);
        assertThat(storage.blob(volume).snapshots()).hasSize(1);
    }

    @Test
    void theSizeOfAVhdsSnapshotIsThatOfTheDisk() {
        assertThat(create("s", storage.volume("d.vhd", NewPageBlob.vhd(4 * MIB))).getSizeBytes()).isEqualTo(4 * MIB);
    }

    @Test
    void whoReadsTheVolumeIsNotKeptInItsSnapshot() {
        storage.store.setMetadata(volume.address(), Map.of(VolumeNotes.READERS, "n1", VolumeNotes.NAME, "pvc-1"), Optional.empty());
        create("s", volume);
        assertThat(storage.store.snapshots(volume.address()).getFirst().metadata()).containsOnlyKeys(VolumeNotes.NAME);
    }

    // ---- delete ----

    @Test
    void deletingWhatIsNotThereOrNoSnapshotSucceeds() {
        assertFails(() -> delete(""), Status.Code.INVALID_ARGUMENT);
        delete("none");
        delete(volume.toString());
        delete(volume + "@2026-11-21T13:43:03.1234567Z");
        delete(TestStorage.id("none") + "@2026-11-21T13:43:03.1234567Z");
        assertThat(storage.blob(volume).exists()).isTrue();
        assertThat(storage.reached).isEmpty();
    }

    @Test
    void aDeletedSnapshotIsGoneAndTheVolumeStays() {
        Snapshot first = create("1", volume);
        Snapshot second = create("2", volume);
        delete(first.getSnapshotId());
        delete(first.getSnapshotId());
        assertThat(ids(list(ListSnapshotsRequest.newBuilder()))).containsExactly(second.getSnapshotId());
        delete(second.getSnapshotId());
        assertThat(storage.blob(volume).exists()).isTrue();
    }

    @Test
    void withTheLastSnapshotOfADeletedVolumeGoesWhatWasKeptOfIt() {
        Snapshot first = create("1", volume);
        Snapshot second = create("2", volume);
        markDeleted();
        delete(first.getSnapshotId());
        assertThat(storage.blob(volume).exists()).isTrue();
        assertThat(ids(list(ListSnapshotsRequest.newBuilder()))).containsExactly(second.getSnapshotId());
        delete(second.getSnapshotId());
        assertThat(storage.blob(volume).exists()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(DeleteSnapshotStep.class)
    void aControllerThatDiesAtAStepLeavesNothingWhenItIsCalledAgain(DeleteSnapshotStep step) {
        Snapshot snapshot = create("1", volume);
        markDeleted();
        storage.deathAt.set(step);
        assertThatThrownBy(() -> delete(snapshot.getSnapshotId())).isInstanceOf(TestStorage.Died.class);
        storage.restart();
        delete(snapshot.getSnapshotId());
        assertThat(storage.blob(volume).exists()).isFalse();
    }

    @Test
    void aSnapshotThatComesWhileTheLastOneGoesKeepsTheVolume() {
        Snapshot snapshot = create("1", volume);
        markDeleted();
        storage.reached.clear();
        new DeleteSnapshot(storage.accounts(), storage.locks(), (step, id, took) -> {
            if (step == DeleteSnapshotStep.DELETED) {
                storage.store.createSnapshot(volume.address(), "late");
            }
        }).answer(DeleteSnapshotRequest.newBuilder().setSnapshotId(snapshot.getSnapshotId()).build());
        assertThat(storage.blob(volume).exists()).isTrue();
        assertThat(storage.blob(volume).snapshots()).hasSize(1);
    }

    @Test
    void aSnapshotThatAVolumeIsBeingMadeFromStays() {
        Snapshot snapshot = create("1", volume);
        Snapshot other = create("2", volume);
        storage.server.copies().hold(true);
        VolumeId copy = TestStorage.id("copy");
        storage.store.startCopy(copy.address(), CopySource.ofSnapshot(volume.address(),
                VolumeId.parse(snapshot.getSnapshotId()).orElseThrow().snapshot().orElseThrow()),
                Map.of(VolumeNotes.SOURCE, "snapshot:" + VolumeNotes.encoded(snapshot.getSnapshotId())));
        assertFails(() -> delete(snapshot.getSnapshotId()), Status.Code.FAILED_PRECONDITION).hasMessageContaining(copy.toString());
        delete(other.getSnapshotId());
        storage.server.copies().endAll(true);
        delete(snapshot.getSnapshotId());
        assertThat(storage.blob(volume).snapshots()).isEmpty();
    }

    // ---- look ----

    @Test
    void aSnapshotIsFoundByItsIdAndNotByAnother() {
        Snapshot snapshot = create("1", volume);
        create("2", volume);
        assertThat(new GetSnapshot(storage.accounts()).answer(GetSnapshotRequest.newBuilder().setSnapshotId(snapshot.getSnapshotId()).build())
                .getSnapshot()).isEqualTo(snapshot);
        assertThat(ids(list(ListSnapshotsRequest.newBuilder().setSnapshotId(snapshot.getSnapshotId())))).containsExactly(snapshot.getSnapshotId());
        for (String none : List.of("none", volume.toString(), volume + "@2026-11-21T13:43:03.1234567Z")) {
            assertFails(() -> new GetSnapshot(storage.accounts()).answer(GetSnapshotRequest.newBuilder().setSnapshotId(none).build()),
                    Status.Code.NOT_FOUND);
            assertThat(ids(list(ListSnapshotsRequest.newBuilder().setSnapshotId(none)))).isEmpty();
        }
        assertFails(() -> new GetSnapshot(storage.accounts()).answer(GetSnapshotRequest.getDefaultInstance()), Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void snapshotsOfAVolumeAreListedAndOfOneThatIsNotThereNone() {
        Snapshot snapshot = create("1", volume);
        create("2", storage.volume("pvc-10")); // a name that starts with the other one's
        assertThat(ids(list(ListSnapshotsRequest.newBuilder().setSourceVolumeId(volume.toString())))).containsExactly(snapshot.getSnapshotId());
        assertThat(ids(list(ListSnapshotsRequest.newBuilder().setSourceVolumeId("none")))).isEmpty();
        assertThat(ids(list(ListSnapshotsRequest.newBuilder().setSourceVolumeId(TestStorage.id("none").toString())))).isEmpty();
        assertThat(ids(list(ListSnapshotsRequest.newBuilder().setSourceVolumeId("devstoreaccount1/none/none")))).isEmpty();
        assertThat(ids(list(ListSnapshotsRequest.newBuilder().setSourceVolumeId("none").setSnapshotId(snapshot.getSnapshotId())))).isEmpty();
    }

    @Test
    void snapshotsThroughWhichVolumesAreClonedAreNobodysBusiness() {
        var hidden = storage.store.createSnapshot(volume.address(), "csi-clone:x");
        assertThat(ids(list(ListSnapshotsRequest.newBuilder()))).isEmpty();
        assertThat(ids(list(ListSnapshotsRequest.newBuilder().setSourceVolumeId(volume.toString())))).isEmpty();
        assertThat(ids(list(ListSnapshotsRequest.newBuilder().setSnapshotId(volume.withSnapshot(hidden.id()).toString())))).isEmpty();
    }

    @Test
    void snapshotsThatOthersMadeAreListedToo() {
        storage.store.createSnapshot(volume.address(), "portal");
        assertThat(ids(list(ListSnapshotsRequest.newBuilder()))).hasSize(1);
    }

    // ---- paging ----

    @ParameterizedTest
    @ValueSource(strings = {"", "volume"})
    void allArePagedThroughOnceAndInOrder(String of) {
        Set<String> made = new HashSet<>();
        for (int i = 0; i < 7; i++) {
            made.add(create("s" + i, of.isEmpty() ? storage.volume("disk-" + i) : volume).getSnapshotId());
        }
        for (int size : List.of(1, 2, 3, 7, 100)) {
            ListSnapshotsRequest.Builder request = ListSnapshotsRequest.newBuilder().setMaxEntries(size)
                    .setSourceVolumeId(of.isEmpty() ? "" : volume.toString());
            List<String> seen = new ArrayList<>();
            do {
                ListSnapshotsResponse part = list(request);
                assertThat(part.getEntriesCount()).isLessThanOrEqualTo(size);
                seen.addAll(ids(part));
                request.setStartingToken(part.getNextToken());
            } while (!request.getStartingToken().isEmpty());
            assertThat(seen).containsExactlyInAnyOrderElementsOf(made).isSorted();
        }
    }

    @Test
    void whatIsMadeAndDeletedMeanwhileDoesNotShiftThePages() {
        for (String name : List.of("b", "d", "f", "h")) {
            create(name, storage.volume(name));
        }
        ListSnapshotsResponse first = list(ListSnapshotsRequest.newBuilder().setMaxEntries(2));
        ids(first).forEach(this::delete); // the token's own entry too
        create("a", storage.volume("a"));
        String g = create("g", storage.volume("g")).getSnapshotId();
        List<String> rest = ids(list(ListSnapshotsRequest.newBuilder().setStartingToken(first.getNextToken())));
        assertThat(rest).hasSize(3).contains(g).isSortedAccordingTo(Comparator.naturalOrder());
    }

    @ParameterizedTest
    @ValueSource(strings = {"invalid-token", "1", "MSA", "bm9uc2Vuc2U", "ü"})
    void aTokenThatNoListGaveIsAborted(String token) {
        assertFails(() -> list(ListSnapshotsRequest.newBuilder().setStartingToken(token)), Status.Code.ABORTED);
        assertFails(() -> list(ListSnapshotsRequest.newBuilder().setStartingToken(token).setSourceVolumeId(volume.toString())), Status.Code.ABORTED);
    }

    @Test
    void aNegativeNumberOfEntriesIsRefused() {
        assertFails(() -> list(ListSnapshotsRequest.newBuilder().setMaxEntries(-1)), Status.Code.INVALID_ARGUMENT);
    }

    private Snapshot create(String name, VolumeId source) {
        return create(CreateSnapshotRequest.newBuilder().setName(name).setSourceVolumeId(source.toString()).build());
    }

    private Snapshot create(CreateSnapshotRequest request) {
        return new CreateSnapshot(storage.accounts(), storage.locks(), storage.listener()).answer(request).getSnapshot();
    }

    private void delete(String id) {
        new DeleteSnapshot(storage.accounts(), storage.locks(), storage.listener()).answer(
                DeleteSnapshotRequest.newBuilder().setSnapshotId(id).build());
    }

    private ListSnapshotsResponse list(ListSnapshotsRequest.Builder request) {
        return new ListSnapshots(storage.accounts()).answer(request.build());
    }

    private static List<String> ids(ListSnapshotsResponse response) {
        return response.getEntriesList().stream().map(entry -> entry.getSnapshot().getSnapshotId()).toList();
    }

    private void markDeleted() {
        storage.store.changeMetadata(volume.address(), notes -> new VolumeNotes(notes).with(VolumeNotes.DELETED, "yes"), Optional.empty());
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertFails(ThrowingCallable call, Status.Code code) {
        return assertThatThrownBy(call).isInstanceOfSatisfying(RpcFailure.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
