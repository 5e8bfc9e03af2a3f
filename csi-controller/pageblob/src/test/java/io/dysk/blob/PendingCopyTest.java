package io.dysk.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Copies that take their time, as they do on Azure. */
final class PendingCopyTest extends PremiumServer {
    private static final LeaseHolder NODE = PageBlobStoreContract.node("node-a");

    private SnapshotId snapshot;

    @BeforeEach
    void copiesTakeTheirTime() {
        snapshot = store.createSnapshot(DISK, "source").id();
        server.copies().hold(true);
    }

    private CopyState copySnapshot() {
        return store.startCopy(TARGET, CopySource.ofSnapshot(DISK, snapshot), Map.of("volume", "v1"));
    }

    private CopyState copy() {
        return store.properties(TARGET).copy().orElseThrow();
    }

    private static void refused(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(BlobException.Conflict.class).hasMessageContaining("a copy into it is under way");
    }

    @Test
    void whileItIsPendingTheTargetIsOnlyLookedAt() {
        copySnapshot();
        ETag before = store.properties(TARGET).etag();
        refused(() -> store.acquireLease(TARGET, NODE));
        refused(() -> store.resize(TARGET, Resize.growTo(8 << 20)));
        refused(() -> store.setMetadata(TARGET, Map.of("a", "1"), Optional.empty()));
        refused(() -> store.setTier(TARGET, "P10"));
        refused(() -> store.raiseSequenceNumber(TARGET, 1, Optional.empty()));
        refused(() -> store.createSnapshot(TARGET, "one"));
        refused(() -> store.delete(TARGET, Deletion.ofBlob()));
        PageBlobProperties pending = store.properties(TARGET);
        assertThat(pending.etag()).isEqualTo(before);
        assertThat(pending.metadata()).containsEntry("volume", "v1");
        assertThat(pending.blobBytes()).isEqualTo(4 << 20);
        assertThat(store.list(DISKS, Listing.ofPrefix("target")).items()).containsExactly(pending);
    }

    @Test
    void aPendingTargetIsSomebodyElsesForAnyOtherCopy() {
        CopyState first = copySnapshot();
        assertThatThrownBy(this::copySnapshot).isInstanceOf(BlobException.AlreadyExists.class);
        assertThat(copy()).isEqualTo(first);
    }

    @Test
    void whatIsStillBeingCopiedIsNoSource() {
        copySnapshot();
        assertThatThrownBy(() -> store.startCopy(BlobAddress.of("disks", "next"), CopySource.ofBlob(TARGET), Map.of()))
                .isInstanceOf(BlobException.Conflict.class)
                .hasMessageContaining("not complete");
    }

    @Test
    void aPendingCopyWhoseAnswerIsLostIsKnownAgain() throws Exception {
        try (FaultProxy proxy = new FaultProxy(account().endpoint())) {
            proxy.loseAnswerOf("PUT");
            CopyState copy = AzurePageBlobStore.open(new BlobAccount(proxy.endpoint(), account().credentials()),
                    PageBlobStoreContract.LIMITS, InstantSource.system(), pause -> {})
                    .startCopy(TARGET, CopySource.ofSnapshot(DISK, snapshot), Map.of());
            assertThat(proxy.allFaultsHappened()).isTrue();
            assertThat(copy.status()).isEqualTo(CopyState.Status.PENDING);
            assertThat(copy()).isEqualTo(copy);
        }
        assertThat(server.copies().size()).isEqualTo(1);
    }

    @Test
    void itSaysHowFarItIsUntilItIsDone() {
        CopyState begun = copySnapshot();
        assertThat(begun).isEqualTo(new CopyState(begun.id(), CopyState.Status.PENDING, 0, 4 << 20, ""));
        assertThat(copy()).isEqualTo(begun);
        server.copies().progress(50);
        assertThat(copy().copiedBytes()).isBetween(2_000_000L, 2L << 20);
        server.copies().endAll(true);
        assertThat(copy()).isEqualTo(new CopyState(begun.id(), CopyState.Status.SUCCESS, 4 << 20, 4 << 20, ""));
        assertThat(store.acquireLease(TARGET, NODE).recordedHolder()).contains(NODE);
    }

    @Test
    void aCopyThatFailsSaysWhyAndIsBegunAnew() {
        copySnapshot();
        server.copies().endAll(false);
        assertThat(copy().status()).isEqualTo(CopyState.Status.FAILED);
        assertThat(copy().reason()).contains("InternalServerError");
        PageBlobProperties failed = store.properties(TARGET);
        assertThat(failed.blobBytes()).isZero();
        assertThat(failed.metadata()).containsEntry("volume", "v1");

        assertThat(store.delete(TARGET, Deletion.ofBlob().ifMatch(failed.etag()))).isTrue();
        server.copies().hold(false);
        assertThat(copySnapshot().status()).isEqualTo(CopyState.Status.SUCCESS);
    }

    @Test
    void aSourceThatGoesFailsTheCopyAndIsNotHeldBackByIt() {
        copySnapshot();
        assertThat(store.deleteSnapshot(DISK, snapshot)).isTrue();
        server.copies().endAll(true);
        assertThat(copy().status()).isEqualTo(CopyState.Status.FAILED);
        assertThat(copy().reason()).contains("404");
    }

    @Test
    void aCopyIsCalledOffByItsIdOnly() {
        CopyState copy = copySnapshot();
        assertThat(store.abortCopy(TARGET, UUID.randomUUID().toString())).isFalse();
        assertThat(copy()).isEqualTo(copy);
        assertThat(store.abortCopy(TARGET, copy.id())).isTrue();
        assertThat(store.abortCopy(TARGET, copy.id())).isFalse();
        PageBlobProperties aborted = store.properties(TARGET);
        assertThat(aborted.copy().orElseThrow().status()).isEqualTo(CopyState.Status.ABORTED);
        assertThat(aborted.blobBytes()).isZero();
        assertThat(store.delete(TARGET, Deletion.ofBlob())).isTrue();
    }
}
