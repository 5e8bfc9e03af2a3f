package io.dysk.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.storage.blob.models.BlobStorageException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One writer: leases, their holders, and the fence. */
abstract class LeaseContract extends PageBlobStoreContract {
    private static final LeaseHolder A = node("node-a");
    private static final LeaseHolder B = node("node-b");
    private static final LeaseHolder C = node("node-c");

    LeaseContract(BlobService service) {
        super(service);
    }

    @BeforeEach
    void aDisk() {
        store.create(disk, NewPageBlob.raw(MIB));
    }

    @Test
    void aSecondHolderIsRefusedWithTheFirstOnesName() {
        store.acquireLease(disk, A);
        assertThatThrownBy(() -> store.acquireLease(disk, B))
                .isInstanceOfSatisfying(BlobException.LeaseHeld.class, e -> assertThat(e.holder()).contains(A))
                .hasMessageContaining("node-a");
        assertThat(store.leaseHolder(disk)).contains(A);
    }

    @Test
    void aHolderThatLeftNoNoteIsNotNamedAfterAnOldOne() {
        store.acquireLease(disk, A);
        store.breakLease(disk, Optional.empty()); // leaves A's note
        plain().lease(disk, C.lease()).acquireLease(-1);
        assertThatThrownBy(() -> store.acquireLease(disk, B))
                .isInstanceOfSatisfying(BlobException.LeaseHeld.class, e -> assertThat(e.holder()).isEmpty());
        assertThat(store.leaseHolder(disk)).isEmpty();
    }

    @Test
    void acquiringAgainSucceedsAndRepairsTheNote() {
        plain().lease(disk, A.lease()).acquireLease(-1); // as after a crash before the note
        store.acquireLease(disk, A);
        assertThat(store.leaseHolder(disk)).contains(A);
        ETag settled = store.properties(disk).etag();
        store.acquireLease(disk, A);
        assertThat(store.properties(disk).etag()).as("nothing to write the second time").isEqualTo(settled);
    }

    @Test
    void aSharedLeaseIsGivenBackWhenNobodyNeedsItAndNotBefore() {
        store.acquireLease(disk, A);
        store.changeMetadata(disk, notes -> Map.of("users", "one"), Optional.of(A.lease()));
        assertThat(store.releaseLease(disk, A.lease(), blob -> !blob.metadata().containsKey("users"))).isFalse();
        assertThat(store.leaseHolder(disk)).contains(A);
        store.changeMetadata(disk, notes -> Map.of(), Optional.of(A.lease()));
        assertThat(store.releaseLease(disk, A.lease(), blob -> !blob.metadata().containsKey("users"))).isTrue();
        assertThat(store.properties(disk).lease()).isEqualTo(LeaseState.AVAILABLE);
    }

    @Test
    void aSharedLeaseStaysIfSomebodyComesBetweenTheQuestionAndTheRelease() {
        store.acquireLease(disk, A);
        boolean released = store.releaseLease(disk, A.lease(), blob -> {
            boolean unneeded = !blob.metadata().containsKey("users");
            if (unneeded) {
                store.changeMetadata(disk, notes -> Map.of("users", "one"), Optional.of(A.lease()));
            }
            return unneeded;
        });
        assertThat(released).isFalse();
        assertThat(store.leaseHolder(disk)).contains(A);
    }

    @Test
    void metadataAreChangedFromWhatTheyAreSoThatNobodysChangeIsLost() {
        store.setMetadata(disk, Map.of("list", "a"), Optional.empty());
        boolean[] disturbed = new boolean[1];
        PageBlobProperties changed = store.changeMetadata(disk, notes -> {
            if (!disturbed[0]) {
                disturbed[0] = true;
                store.setMetadata(disk, Map.of("list", "a b"), Optional.empty());
            }
            return Map.of("list", notes.get("list") + " c");
        }, Optional.empty());
        assertThat(changed.metadata()).containsEntry("list", "a b c");
        assertThat(store.properties(disk)).isEqualTo(changed);
    }

    @Test
    void metadataAreNotChangedUnderALeaseThatIsNotInForce() {
        assertThatThrownBy(() -> store.changeMetadata(disk, notes -> Map.of("a", "1"), Optional.of(A.lease())))
                .isInstanceOf(BlobException.LeaseLost.class);
        store.acquireLease(disk, B);
        assertThatThrownBy(() -> store.changeMetadata(disk, notes -> Map.of("a", "1"), Optional.of(A.lease())))
                .isInstanceOfSatisfying(BlobException.LeaseHeld.class, e -> assertThat(e.holder()).contains(B));
        assertThat(store.properties(disk).metadata()).isEmpty();
    }

    @Test
    void writesOfOthersAreRefusedWhileALeaseHolds() {
        store.acquireLease(disk, A);
        assertThatThrownBy(() -> write(disk, 0, pages(1, 1), Optional.empty())).isInstanceOf(BlobStorageException.class);
        assertThatThrownBy(() -> write(disk, 0, pages(1, 1), Optional.of(B.lease()))).isInstanceOf(BlobStorageException.class);
        write(disk, 0, pages(1, 1), Optional.of(A.lease()));
    }

    @Test
    void readersShareOneLeaseAndKeepWritersOut() {
        LeaseHolder readers = new LeaseHolder("readers", LeaseId.ofReaders("volume-1"));
        store.acquireLease(disk, readers);
        store.acquireLease(disk, readers);
        assertThatThrownBy(() -> store.acquireLease(disk, A))
                .isInstanceOfSatisfying(BlobException.LeaseHeld.class, e -> assertThat(e.holder()).contains(readers));
    }

    @Test
    void anAcquisitionWhoseAnswerIsLostSucceeds() {
        FaultProxy proxy = proxy();
        proxy.loseAnswerOf("PUT lease");
        storeBehind(proxy).acquireLease(disk, A);
        assertThat(proxy.allFaultsHappened()).isTrue();
        assertThat(store.leaseHolder(disk)).contains(A);
    }

    @Test
    void anAcquisitionThatIsAppliedLateDoesNotLeaseAReleasedDisk() throws Exception {
        FaultProxy proxy = proxy();
        proxy.hold("PUT lease");
        storeBehind(proxy).acquireLease(disk, A);
        assertThat(store.releaseLease(disk, A.lease())).isTrue();

        assertThat(proxy.applyHeld()).containsExactly(412);
        assertThat(store.properties(disk).lease()).isEqualTo(LeaseState.AVAILABLE);
    }

    @Test
    void aReleaseThatIsAppliedLateDoesNotTakeTheNextLeaseOfTheSameNode() throws Exception {
        store.acquireLease(disk, A);
        FaultProxy proxy = proxy();
        proxy.hold("PUT lease");
        assertThat(storeBehind(proxy).releaseLease(disk, A.lease())).isTrue();
        store.acquireLease(disk, A);

        assertThat(proxy.applyHeld()).containsExactly(412);
        assertThat(store.leaseHolder(disk)).contains(A);
    }

    @Test
    void whenTheNoteCannotBeWrittenTheLeaseStaysAndACallAgainCompletesIt() {
        FaultProxy proxy = proxy();
        proxy.answer("PUT metadata", 403, Map.of());
        assertThatThrownBy(() -> storeBehind(proxy).acquireLease(disk, A)).isInstanceOf(BlobException.Denied.class);
        assertThat(store.properties(disk).lease()).isEqualTo(LeaseState.LEASED);
        store.acquireLease(disk, A);
        assertThat(store.leaseHolder(disk)).contains(A);
    }

    @Test
    void releasingWhatIsNotHeldChangesNothing() {
        assertThat(store.releaseLease(disk, A.lease())).isFalse();
        store.acquireLease(disk, B);
        assertThat(store.releaseLease(disk, A.lease())).isFalse();
        assertThat(store.leaseHolder(disk)).contains(B);
        assertThat(store.releaseLease(BlobAddress.of(container.value(), "gone"), A.lease())).isFalse();
    }

    @Test
    void releasingFreesTheDiskAndRemovesTheNote() {
        store.acquireLease(disk, A);
        assertThat(store.releaseLease(disk, A.lease())).isTrue();
        PageBlobProperties after = store.properties(disk);
        assertThat(after.lease()).isEqualTo(LeaseState.AVAILABLE);
        assertThat(after.recordedHolder()).isEmpty();
        assertThat(store.releaseLease(disk, A.lease())).isFalse();
    }

    @Test
    void breakingFencesAtOnce() {
        store.acquireLease(disk, A);
        assertThat(store.breakLease(disk, Optional.empty())).isTrue();
        assertThatThrownBy(() -> write(disk, 0, pages(1, 1), Optional.of(A.lease()))).isInstanceOf(BlobStorageException.class);
        assertThat(store.leaseHolder(disk)).isEmpty();
        assertThat(store.breakLease(disk, Optional.empty())).isFalse();
        store.acquireLease(disk, B);
        assertThat(store.leaseHolder(disk)).contains(B);
    }

    @Test
    void breakingTheHolderThatWasSeenDoesNotHitTheNextOne() {
        store.acquireLease(disk, A);
        ETag seen = store.properties(disk).etag();
        store.releaseLease(disk, A.lease());
        store.acquireLease(disk, B);
        assertThatThrownBy(() -> store.breakLease(disk, Optional.of(seen))).isInstanceOf(BlobException.PreconditionFailed.class);
        assertThat(store.leaseHolder(disk)).contains(B);
    }

    @Test
    void handingOverFencesTheOldHolderOnly() {
        store.acquireLease(disk, A);
        store.transferLease(disk, A.lease(), B);
        store.transferLease(disk, A.lease(), B);
        assertThat(store.leaseHolder(disk)).contains(B);
        assertThatThrownBy(() -> write(disk, 0, pages(1, 1), Optional.of(A.lease()))).isInstanceOf(BlobStorageException.class);
        assertThatThrownBy(() -> store.transferLease(disk, A.lease(), C))
                .isInstanceOfSatisfying(BlobException.LeaseHeld.class, e -> assertThat(e.holder()).contains(B));
    }

    @Test
    void handingOverWhatNobodyHoldsFails() {
        assertThatThrownBy(() -> store.transferLease(disk, A.lease(), B)).isInstanceOf(BlobException.LeaseLost.class);
    }

    @Test
    void theSequenceNumberOnlyGrows() {
        assertThat(store.raiseSequenceNumber(disk, 1L << 20, Optional.empty())).isEqualTo(1L << 20);
        assertThat(store.raiseSequenceNumber(disk, 5, Optional.empty())).isEqualTo(1L << 20);
        assertThat(store.properties(disk).sequenceNumber()).isEqualTo(1L << 20);
    }

    @Test
    void theSequenceNumberIsUnderTheLease() {
        store.acquireLease(disk, A);
        assertThatThrownBy(() -> store.raiseSequenceNumber(disk, 7, Optional.empty()))
                .isInstanceOfSatisfying(BlobException.LeaseHeld.class, e -> assertThat(e.holder()).contains(A));
        assertThat(store.raiseSequenceNumber(disk, 7, Optional.of(A.lease()))).isEqualTo(7);
    }

    @Test
    void leasesOfABlobThatIsNotThere() {
        BlobAddress gone = BlobAddress.of(container.value(), "gone");
        assertThatThrownBy(() -> store.acquireLease(gone, A)).isInstanceOf(BlobException.NotFound.class);
        assertThatThrownBy(() -> store.breakLease(gone, Optional.empty())).isInstanceOf(BlobException.NotFound.class);
        assertThatThrownBy(() -> store.transferLease(gone, A.lease(), B)).isInstanceOf(BlobException.NotFound.class);
        assertThatThrownBy(() -> store.leaseHolder(gone)).isInstanceOf(BlobException.NotFound.class);
    }
}
