package io.dysk.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.util.Context;
import com.azure.storage.blob.models.BlobRange;
import com.azure.storage.blob.models.BlobStorageException;
import com.azure.storage.blob.models.SequenceNumberActionType;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may do what: keys, SAS made by the store, clocks. */
abstract class AccessContract extends PageBlobStoreContract {
    AccessContract(BlobService service) {
        super(service);
    }

    @BeforeEach
    void aDisk() {
        store.create(disk, NewPageBlob.raw(MIB));
    }

    private PageBlobStore storeWith(Credentials credentials) {
        return AzurePageBlobStore.open(new BlobAccount(account().endpoint(), credentials), LIMITS);
    }

    @Test
    void aWrongKeyIsDenied() {
        String wrong = Base64.getEncoder().encodeToString("not the key of this account".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        PageBlobStore stranger = storeWith(new Credentials.SharedKey(account().endpoint().account(), wrong));
        assertThatThrownBy(() -> stranger.properties(disk))
                .isInstanceOf(BlobException.Denied.class)
                .hasMessageContaining("credentials")
                .hasMessageNotContaining(wrong);
    }

    @Test
    void aTamperedSasIsDenied() {
        Credentials.Sas granted = store.grant(disk, Optional.empty(), BlobAccess.READ, Duration.ofHours(1));
        PageBlobStore stranger = storeWith(new Credentials.Sas(granted.query().replace("sp=r&", "sp=rw&")));
        assertThatThrownBy(() -> stranger.properties(disk)).isInstanceOf(BlobException.Denied.class);
    }

    @Test
    void aSasThatEndedIsDenied() {
        InstantSource yesterday = InstantSource.fixed(Instant.now().minus(Duration.ofDays(1)));
        PageBlobStore then = AzurePageBlobStore.open(account(), LIMITS, yesterday, Thread::sleep);
        Credentials.Sas ended = then.grant(disk, Optional.empty(), BlobAccess.READ, Duration.ofHours(1));
        assertThatThrownBy(() -> storeWith(ended).properties(disk)).isInstanceOf(BlobException.Denied.class);
    }

    @Test
    void aReadSasDoesNotWrite() {
        PageBlobStore reader = storeWith(store.grant(disk, Optional.empty(), BlobAccess.READ, Duration.ofHours(1)));
        assertThat(reader.properties(disk).blobBytes()).isEqualTo(MIB);
        assertThat(reader.pageRanges(disk, RangeQuery.ofWindow(0, MIB)).items()).isEmpty();
        assertThatThrownBy(() -> reader.acquireLease(disk, node("node-a"))).isInstanceOf(BlobException.Denied.class);
        assertThatThrownBy(() -> reader.raiseSequenceNumber(disk, 1, Optional.empty())).isInstanceOf(BlobException.Denied.class);
    }

    @Test
    void aSasIsForOneBlobOnly() {
        BlobAddress other = BlobAddress.of(container.value(), "other");
        store.create(other, NewPageBlob.raw(MIB));
        PageBlobStore reader = storeWith(store.grant(disk, Optional.empty(), BlobAccess.READ_WRITE, Duration.ofHours(1)));
        assertThatThrownBy(() -> reader.properties(other)).isInstanceOf(BlobException.Denied.class);
        assertThatThrownBy(() -> reader.list(container, Listing.ofPrefix(""))).isInstanceOf(BlobException.Denied.class);
    }

    @Test
    void aWriteSasGivesAllThatTheDataPathNeeds() {
        Credentials.Sas sas = store.grant(disk, Optional.empty(), BlobAccess.READ_WRITE, Duration.ofHours(1));
        PageBlobStore writer = storeWith(sas);
        LeaseHolder node = node("node-a");
        writer.acquireLease(disk, node);
        assertThat(writer.raiseSequenceNumber(disk, 3, Optional.of(node.lease()))).isEqualTo(3);
        var dataPath = new AzureClients(new BlobAccount(account().endpoint(), sas), HttpClient.newHttpClient()).pageBlob(disk);
        var conditions = new com.azure.storage.blob.models.PageBlobRequestConditions().setIfSequenceNumberEqualTo(3L);
        conditions.setLeaseId(node.lease().toString());
        dataPath.clearPagesWithResponse(new com.azure.storage.blob.models.PageRange().setStart(0).setEnd(511), conditions, null, Context.NONE);
        assertThat(dataPath.downloadContentWithResponse(null, null, new BlobRange(0, 512L), false, null, Context.NONE).getStatusCode())
                .isEqualTo(206);
        assertThat(writer.releaseLease(disk, node.lease())).isTrue();
    }

    @Test
    void aSnapshotSasReadsThatSnapshotOnly() {
        write(disk, 0, pages(1, 4), Optional.empty());
        SnapshotId snapshot = store.createSnapshot(disk, "one").id();
        PageBlobStore reader = storeWith(store.grant(disk, Optional.of(snapshot), BlobAccess.READ, Duration.ofHours(1)));
        assertThat(reader.properties(disk, snapshot).blobBytes()).isEqualTo(MIB);
        assertThatThrownBy(() -> reader.properties(disk)).isInstanceOf(BlobException.Denied.class);
        assertThatThrownBy(() -> store.grant(disk, Optional.of(snapshot), BlobAccess.READ_WRITE, Duration.ofHours(1)))
                .isInstanceOf(BlobException.InvalidArgument.class);
    }

    @Test
    void noSasIsMadeOfASas() {
        PageBlobStore holder = storeWith(store.grant(disk, Optional.empty(), BlobAccess.READ_WRITE, Duration.ofHours(1)));
        assertThatThrownBy(() -> holder.grant(disk, Optional.empty(), BlobAccess.READ, Duration.ofHours(1)))
                .isInstanceOf(BlobException.InvalidArgument.class);
    }

    @Test
    void aWriterWithAnOldEpochIsRefused() {
        store.raiseSequenceNumber(disk, 2, Optional.empty());
        var conditions = new com.azure.storage.blob.models.PageBlobRequestConditions().setIfSequenceNumberEqualTo(1L);
        assertThatThrownBy(() -> plain().pageBlob(disk).clearPagesWithResponse(
                new com.azure.storage.blob.models.PageRange().setStart(0).setEnd(511), conditions, null, Context.NONE))
                .isInstanceOfSatisfying(BlobStorageException.class, e -> assertThat(e.getStatusCode()).isEqualTo(412));
        assertThat(plain().pageBlob(disk).updateSequenceNumber(SequenceNumberActionType.MAX, 1L).getBlobSequenceNumber()).isEqualTo(2);
    }

    @Test
    void theProbeNeedsNoCredentialsAndReadsTheClock() {
        String wrong = Base64.getEncoder().encodeToString(new byte[32]);
        Reachability found = storeWith(new Credentials.SharedKey(account().endpoint().account(), wrong)).probe();
        assertThat(found.https()).isFalse();
        assertThat(found.serverAhead().abs()).isLessThan(Duration.ofSeconds(5));
        assertThat(found.skewed()).isFalse();
    }

    @Test
    void theProbeSeesAClockThatIsOff() {
        InstantSource behind = () -> Instant.now().minus(Duration.ofHours(2));
        Reachability found = AzurePageBlobStore.open(account(), LIMITS, behind, Thread::sleep).probe();
        assertThat(found.skewed()).isTrue();
        assertThat(found.serverAhead()).isBetween(Duration.ofMinutes(119), Duration.ofMinutes(121));
    }
}
