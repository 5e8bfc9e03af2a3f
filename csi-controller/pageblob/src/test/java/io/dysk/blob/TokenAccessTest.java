package io.dysk.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.storage.blob.models.BlobRange;
import com.azure.storage.blob.models.PageRange;
import com.azure.storage.blob.options.PageBlobUploadPagesOptions;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Access by an identity's tokens, over TLS, against Azurite, which takes tokens with the right claims and no signature. */
final class TokenAccessTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private static HttpClient trusting;
    private static Endpoint endpoint;

    private final AtomicInteger tokens = new AtomicInteger();
    private final BlobAddress disk = BlobAddress.of("disks", UUID.randomUUID().toString());
    private PageBlobStore store;

    @BeforeAll
    static void overTls(@TempDir Path directory) throws Exception {
        SelfSigned certificate = SelfSigned.make(directory);
        Azurite azurite = Azurite.start("--tls", certificate.file().toString(), "--tls-password", SelfSigned.PASSWORD);
        endpoint = Endpoint.parse("https://127.0.0.1:" + azurite.port() + "/devstoreaccount1");
        trusting = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(certificate.trust()).build();
    }

    @BeforeEach
    void aDisk() {
        store = storeWith(new Credentials.Token(this::token));
        store.createContainer(disk.container());
        store.create(disk, NewPageBlob.raw(1 << 20));
    }

    private static PageBlobStore storeWith(Credentials credentials) {
        return AzurePageBlobStore.open(
                new BlobAccount(endpoint, credentials), PageBlobStoreContract.LIMITS, InstantSource.system(), pause -> {}, trusting);
    }

    private TokenSource.AccessToken token(String scope) {
        tokens.incrementAndGet();
        return jwt(Instant.now().plus(HOUR), "https://storage.azure.com");
    }

    private static TokenSource.AccessToken jwt(Instant until, String audience) {
        long now = Instant.now().getEpochSecond();
        return new TokenSource.AccessToken(part("{\"alg\":\"none\",\"typ\":\"JWT\"}") + "." + part("""
                {"aud":"%s","iss":"https://sts.windows.net/00000000-0000-0000-0000-000000000001/","iat":%d,"nbf":%d,"exp":%d,
                 "oid":"00000000-0000-0000-0000-000000000002","tid":"00000000-0000-0000-0000-000000000001"}"""
                .formatted(audience, now - 60, now - 60, until.getEpochSecond())) + ".c2lnbmF0dXJl", until);
    }

    private static String part(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aTokenForSomethingElseIsDenied() {
        TokenSource.AccessToken forVaults = jwt(Instant.now().plus(HOUR), "https://vault.azure.net");
        assertThatThrownBy(() -> storeWith(new Credentials.Token(scope -> forVaults)).properties(disk))
                .isInstanceOf(BlobException.Denied.class)
                .hasMessageNotContaining(forVaults.value());
    }

    @Test
    void aServiceThatIsNotTrustedGetsNoToken() {
        PageBlobStore suspicious = AzurePageBlobStore.open(
                new BlobAccount(endpoint, new Credentials.Token(this::token)), PageBlobStoreContract.LIMITS);
        assertThatThrownBy(() -> suspicious.within(Duration.ofSeconds(10)).properties(disk))
                .isInstanceOf(BlobException.Unavailable.class)
                .hasMessageContaining("certificate is not trusted");
    }

    @Test
    void aTokenIsKeptForManyCalls() {
        for (int i = 0; i < 5; i++) {
            assertThat(store.properties(disk).dataBytes()).isEqualTo(1 << 20);
        }
        assertThat(tokens).hasValue(1);
    }

    @Test
    void aSasByAnIdentityReadsAndWritesPages() {
        Credentials.Sas granted = store.grant(disk, Optional.empty(), BlobAccess.READ_WRITE, HOUR);
        assertThat(granted.query()).contains("skoid=").contains("spr=https&");
        var blob = new AzureClients(new BlobAccount(endpoint, granted), trusting).pageBlob(disk);
        byte[] pages = PageBlobStoreContract.pages(1, 7);
        blob.uploadPagesWithResponse(new PageBlobUploadPagesOptions(new PageRange().setStart(512).setEnd(1023),
                BinaryData.fromBytes(pages)), null, Context.NONE);
        assertThat(blob.downloadContentWithResponse(null, null, new BlobRange(512, 512L), false, null, Context.NONE).getValue().toBytes())
                .isEqualTo(pages);
        LeaseHolder node = PageBlobStoreContract.node("node-a");
        assertThat(storeWith(granted).acquireLease(disk, node).recordedHolder()).contains(node);
    }

    @Test
    void aReadSasByAnIdentityDoesNotWrite() {
        PageBlobStore reader = storeWith(store.grant(disk, Optional.empty(), BlobAccess.READ, HOUR));
        assertThat(reader.properties(disk).dataBytes()).isEqualTo(1 << 20);
        assertThatThrownBy(() -> reader.acquireLease(disk, PageBlobStoreContract.node("node-a"))).isInstanceOf(BlobException.Denied.class);
    }

    /** Azurite leaves the snapshot, and then the blob too, out of what it signs here; {@link SasSignerTest} has it as Azure does. */
    @Test
    void aSnapshotSasByAnIdentityIsNotUnderstoodByAzurite() {
        SnapshotId snapshot = store.createSnapshot(disk, "one").id();
        PageBlobStore reader = storeWith(store.grant(disk, Optional.of(snapshot), BlobAccess.READ, HOUR));
        assertThatThrownBy(() -> reader.properties(disk, snapshot)).isInstanceOf(BlobException.Denied.class);
    }

    @Test
    void aSasByAnIdentityIsForDaysOnly() {
        assertThatThrownBy(() -> store.grant(disk, Optional.empty(), BlobAccess.READ, Duration.ofDays(7)))
                .isInstanceOf(BlobException.InvalidArgument.class)
                .hasMessageContaining("7 days");
        assertThat(store.grant(disk, Optional.empty(), BlobAccess.READ, Duration.ofDays(6)).rights()).isEqualTo("r");
    }

    @Test
    void anIdentityCopiesInsideOfItsAccount() {
        BlobAddress target = BlobAddress.of("disks", "copy-of-" + disk.blob());
        SnapshotId snapshot = store.createSnapshot(disk, "one").id();
        assertThat(store.startCopy(target, CopySource.ofSnapshot(disk, snapshot), Map.of()).status())
                .isEqualTo(CopyState.Status.SUCCESS);
    }
}
