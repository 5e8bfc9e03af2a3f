package io.dysk.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.storage.blob.sas.BlobContainerSasPermission;
import com.azure.storage.blob.sas.BlobServiceSasSignatureValues;
import io.dysk.blob.BlobException.NotFound.Missing;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Copies that the service makes; those that take their time are in {@link PendingCopyTest}. */
abstract class CopyContract extends PageBlobStoreContract {
    private static final Map<String, String> NONE = Map.of();

    private BlobAddress target;

    CopyContract(BlobService service) {
        super(service);
    }

    @BeforeEach
    void aDisk() {
        target = new BlobAddress(container, new BlobName("team/clone 1+ü%.vhd"));
        store.create(disk, new NewPageBlob(4 * MIB, true, Map.of("of", "base")));
        write(disk, 4096, pages(2, 7), Optional.empty());
    }

    @Test
    void nothingIsCopiedOverABlobThatIsThere() {
        store.create(target, NewPageBlob.raw(512));
        ETag before = store.properties(target).etag();
        assertThatThrownBy(() -> store.startCopy(target, CopySource.ofBlob(disk), NONE))
                .isInstanceOf(BlobException.AlreadyExists.class)
                .hasMessageContaining(target.toString());
        assertThat(store.properties(target).etag()).isEqualTo(before);

        BlobAddress block = BlobAddress.of(container.value(), "block");
        plain().container(container).getBlobClient("block").upload(BinaryData.fromString("text"));
        assertThatThrownBy(() -> store.startCopy(block, CopySource.ofBlob(disk), NONE)).isInstanceOf(BlobException.AlreadyExists.class);
        assertThatThrownBy(() -> store.startCopy(disk, CopySource.ofBlob(disk), NONE)).isInstanceOf(BlobException.AlreadyExists.class);
    }

    @Test
    void aSecondCopyIsNotTheFirst() {
        CopyState first = store.startCopy(target, CopySource.ofBlob(disk), Map.of("volume", "v1"));
        assertThatThrownBy(() -> store.startCopy(target, CopySource.ofBlob(disk), Map.of("volume", "v1")))
                .isInstanceOf(BlobException.AlreadyExists.class);
        assertThat(store.properties(target).metadata()).as("enough to know one's own").containsEntry("volume", "v1");
        assertThat(store.properties(target).copy()).contains(first);
    }

    @Test
    void whatIsNotThereIsNotCopied() {
        SnapshotId never = new SnapshotId("2026-01-01T00:00:00.0000000Z");
        BlobAddress gone = BlobAddress.of(container.value(), "gone");
        assertThatThrownBy(() -> store.startCopy(target, CopySource.ofBlob(gone), NONE)).isInstanceOf(BlobException.NotFound.class);
        assertThatThrownBy(() -> store.startCopy(target, CopySource.ofSnapshot(disk, never), NONE)).isInstanceOf(BlobException.NotFound.class);
        BlobAddress nowhere = BlobAddress.of("nowhere-" + UUID.randomUUID(), "clone");
        assertThatThrownBy(() -> store.startCopy(nowhere, CopySource.ofBlob(disk), NONE))
                .isInstanceOfSatisfying(BlobException.NotFound.class, e -> assertThat(e.missing()).isEqualTo(Missing.CONTAINER));
        assertThat(store.list(container, Listing.ofPrefix("")).items()).extracting(PageBlobProperties::address).containsExactly(disk);
    }

    @Test
    void onlyPageBlobsAreCopied() {
        BlobAddress block = BlobAddress.of(container.value(), "block");
        plain().container(container).getBlobClient("block").upload(BinaryData.fromString("text"));
        assertThatThrownBy(() -> store.startCopy(target, CopySource.ofBlob(block), NONE)).isInstanceOf(BlobException.NotPageBlob.class);
    }

    @Test
    void metadataThatDoNotFitAreRefused() {
        assertThatThrownBy(() -> store.startCopy(target, CopySource.ofBlob(disk), Map.of("dysk_creation", "mine")))
                .isInstanceOf(BlobException.InvalidArgument.class);
    }

    @Test
    void aSourceThatChangesAsTheCopyBeginsIsNotCopied() {
        FaultProxy proxy = proxy();
        proxy.before("PUT", () -> write(disk, 0, pages(1, 1), Optional.empty()));
        assertThatThrownBy(() -> storeBehind(proxy).startCopy(target, CopySource.ofBlob(disk), NONE))
                .isInstanceOf(BlobException.PreconditionFailed.class);
        assertThatThrownBy(() -> store.properties(target)).isInstanceOf(BlobException.NotFound.class);
    }

    @Test
    void aCopyWhoseAnswerIsLostIsMadeOnce() {
        FaultProxy proxy = proxy();
        proxy.loseAnswerOf("PUT");
        CopyState copy = storeBehind(proxy).startCopy(target, CopySource.ofBlob(disk), Map.of("volume", "v1"));
        assertThat(proxy.allFaultsHappened()).isTrue();
        assertThat(proxy.seen()).containsExactly("HEAD", "PUT", "PUT", "HEAD");
        assertThat(store.properties(target).copy()).contains(copy);
    }

    @Test
    void aCopyThatComesLateFindsTheNewBlobAndLeavesIt() throws Exception {
        FaultProxy proxy = proxy();
        proxy.hold("PUT");
        storeBehind(proxy).startCopy(target, CopySource.ofBlob(disk), Map.of("volume", "v1"));
        ETag settled = store.properties(target).etag();
        assertThat(proxy.applyHeld()).singleElement().isIn(409, 412);
        assertThat(store.properties(target).etag()).isEqualTo(settled);
    }

    @Test
    void aCopyOfAVhdIsOne() {
        store.raiseSequenceNumber(disk, 5, Optional.empty());
        LeaseHolder holder = node("node-a");
        store.acquireLease(disk, holder);
        long blobBytes = 4 * MIB + 512;
        CopyState copy = store.startCopy(target, CopySource.ofBlob(disk), Map.of("volume", "v2"));
        assertThat(copy.status()).isEqualTo(CopyState.Status.SUCCESS);
        assertThat(copy.copiedBytes()).isEqualTo(blobBytes);
        assertThat(copy.totalBytes()).isEqualTo(blobBytes);

        PageBlobProperties made = store.properties(target);
        assertThat(made.format()).isEqualTo(DiskFormat.VHD);
        assertThat(made.dataBytes()).isEqualTo(4 * MIB);
        assertThat(made.sequenceNumber()).isEqualTo(5);
        assertThat(made.metadata()).as("only the copy's own").isEqualTo(Map.of("volume", "v2"));
        assertThat(made.lease()).isEqualTo(LeaseState.AVAILABLE);
        assertThat(made.recordedHolder()).isEmpty();
        assertThat(made.copy()).contains(copy);
        assertThat(read(target, 0, (int) blobBytes)).isEqualTo(read(disk, 0, (int) blobBytes));
        assertThat(store.resize(target, Resize.growTo(8 * MIB)).format()).isEqualTo(DiskFormat.VHD);
    }

    @Test
    void aCopyOfASnapshotHasTheSnapshotsBytesAndSize() {
        Snapshot snapshot = store.createSnapshot(disk, "one");
        write(disk, 4096, pages(2, 9), Optional.empty());
        store.resize(disk, Resize.growTo(8 * MIB));
        store.startCopy(target, CopySource.ofSnapshot(disk, snapshot.id()), NONE);
        assertThat(read(target, 4096, 1024)).isEqualTo(pages(2, 7));
        PageBlobProperties made = store.properties(target);
        assertThat(made.dataBytes()).isEqualTo(4 * MIB);
        assertThat(made.format()).isEqualTo(DiskFormat.VHD);
        assertThat(made.snapshotName()).isEmpty();
        assertThat(store.snapshots(target)).isEmpty();
    }

    @Test
    void aCopyAndItsSourceGoTheirOwnWays() {
        Snapshot snapshot = store.createSnapshot(disk, "one");
        store.startCopy(target, CopySource.ofSnapshot(disk, snapshot.id()), NONE);
        write(target, 4096, pages(1, 9), Optional.empty());
        byte[] inSnapshot = plain().pageBlob(disk, snapshot.id()).downloadContent().toBytes();
        // Where it is otherwise, a snapshot made for one copy alone, and deleted after it, keeps them apart.
        assertThat(inSnapshot[4096]).isEqualTo((byte) (has(BlobService.Quirk.COPIES_SHARE_PAGES) ? 9 : 7));
        assertThat(store.deleteSnapshot(disk, snapshot.id())).as("nothing ties it to a copy that is done").isTrue();
        assertThat(read(target, 4096, 512)).isEqualTo(pages(1, 9));
    }

    @Test
    void aCopyComesFromAnotherAccount() {
        PageBlobStore other = AzurePageBlobStore.open(otherAccount(), LIMITS);
        other.createContainer(container);
        try {
            other.create(disk, NewPageBlob.vhd(MIB));
            new AzureClients(otherAccount(), HttpClient.newHttpClient()).pageBlob(disk)
                    .uploadPages(new com.azure.storage.blob.models.PageRange().setStart(0).setEnd(511), BinaryData.fromBytes(pages(1, 3)).toStream());
            Snapshot snapshot = other.createSnapshot(disk, "one");
            CopySource source = CopySource.ofOtherAccount(other, disk, Optional.of(snapshot.id()), Duration.ofHours(1));
            assertThat(source.toString()).contains(SecondAccount.NAME).doesNotContain("sig=");

            CopyState copy = store.startCopy(target, source, Map.of("volume", "v1"));
            assertThat(copy.status()).isEqualTo(CopyState.Status.SUCCESS);
            assertThat(store.properties(target).format()).isEqualTo(DiskFormat.VHD);
            assertThat(read(target, 0, 512)).isEqualTo(pages(1, 3));
        } finally {
            new AzureClients(otherAccount(), HttpClient.newHttpClient()).container(container).delete();
        }
    }

    @Test
    void aSasForSomethingElseOpensNoOtherAccount() {
        PageBlobStore other = AzurePageBlobStore.open(otherAccount(), LIMITS);
        other.createContainer(container);
        try {
            other.create(disk, NewPageBlob.raw(MIB));
            Credentials.Sas forTarget = other.grant(target, Optional.empty(), BlobAccess.READ, Duration.ofHours(1));
            CopySource source = new CopySource(disk, Optional.empty(), Optional.of(
                    new CopySource.OtherAccount(otherAccount().endpoint(), forTarget)));
            assertThatThrownBy(() -> store.startCopy(target, source, NONE))
                    .isInstanceOf(BlobException.Denied.class)
                    .hasMessageNotContaining("sig=");
        } finally {
            new AzureClients(otherAccount(), HttpClient.newHttpClient()).container(container).deleteWithResponse(null, null, Context.NONE);
        }
    }

    @Test
    void aSasForTheContainerCopiesInsideOfIt() {
        var rights = new BlobContainerSasPermission().setReadPermission(true).setCreatePermission(true);
        String sas = plain().container(container).generateSas(new BlobServiceSasSignatureValues(OffsetDateTime.now().plusHours(1), rights));
        PageBlobStore holder = AzurePageBlobStore.open(new BlobAccount(account().endpoint(), new Credentials.Sas(sas)), LIMITS);
        assertThat(holder.startCopy(target, CopySource.ofBlob(disk), NONE).status()).isEqualTo(CopyState.Status.SUCCESS);
        assertThat(holder.properties(target).dataBytes()).isEqualTo(4 * MIB);
    }

    @Test
    void onlyACopyUnderWayIsCalledOff() {
        CopyState done = store.startCopy(target, CopySource.ofBlob(disk), NONE);
        assertThat(store.abortCopy(target, done.id())).isFalse();
        assertThat(store.abortCopy(target, UUID.randomUUID().toString())).isFalse();
        assertThat(store.properties(target).copy()).contains(done);
        assertThatThrownBy(() -> store.abortCopy(target, " ")).isInstanceOf(BlobException.InvalidArgument.class);
        assertThatThrownBy(() -> store.abortCopy(BlobAddress.of(container.value(), "gone"), done.id()))
                .isInstanceOf(BlobException.NotFound.class);
    }
}
