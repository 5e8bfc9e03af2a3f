package io.dysk.blob;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.storage.blob.models.UserDelegationKey;
import com.azure.storage.blob.sas.BlobSasPermission;
import com.azure.storage.blob.sas.BlobServiceSasSignatureValues;
import com.azure.storage.blob.specialized.PageBlobClient;
import com.azure.storage.common.sas.SasProtocol;
import java.net.http.HttpClient;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What we sign is what the SDK signs, field by field. */
final class SasSignerTest {
    private static final Instant EXPIRY = Instant.parse("2026-11-22T12:00:00.987Z");
    private static final OffsetDateTime EXPIRY_SECOND = OffsetDateTime.parse("2026-11-22T12:00:00Z");
    private static final String KEY = "c2VjcmV0LWtleS1vZi10aGUtYWNjb3VudA==";
    private static final BlobAddress DISK = BlobAddress.of("disks", "team 1/ü%?&=.vhd");
    private static final SnapshotId SNAPSHOT = new SnapshotId("2026-11-21T13:43:03.1234567Z");

    private final Endpoint endpoint = Endpoint.ofPublicCloud(new AccountName("acct"));
    private final Credentials.SharedKey key = new Credentials.SharedKey(endpoint.account(), KEY);
    private final AzureClients clients = new AzureClients(new BlobAccount(endpoint, key), HttpClient.newHttpClient());
    private final SasSigner signer = new SasSigner(endpoint);

    private static Set<String> fields(String query) {
        return new TreeSet<>(Arrays.asList(query.split("&")));
    }

    private static BlobServiceSasSignatureValues values(String rights) {
        return new BlobServiceSasSignatureValues(EXPIRY_SECOND, BlobSasPermission.parse(rights)).setProtocol(SasProtocol.HTTPS_ONLY);
    }

    @Test
    void withTheAccountKey() {
        Credentials.Sas ours = signer.sign(new SasSigner.Grant(DISK, Optional.empty(), BlobAccess.READ_WRITE, EXPIRY), key);
        assertThat(fields(ours.query())).isEqualTo(fields(clients.pageBlob(DISK).generateSas(values("rw"))));
    }

    @Test
    void withTheAccountKeyForASnapshot() {
        Credentials.Sas ours = signer.sign(new SasSigner.Grant(DISK, Optional.of(SNAPSHOT), BlobAccess.READ, EXPIRY), key);
        PageBlobClient snapshot = clients.pageBlob(DISK, SNAPSHOT);
        assertThat(fields(ours.query())).isEqualTo(fields(snapshot.generateSas(values("r"))));
    }

    @Test
    void withAUserDelegationKey() {
        OffsetDateTime start = OffsetDateTime.parse("2026-11-21T11:55:00Z");
        UserDelegationKey theirs = new UserDelegationKey().setSignedObjectId("11111111-2222-3333-4444-555555555555")
                .setSignedTenantId("66666666-7777-8888-9999-000000000000").setSignedStart(start).setSignedExpiry(EXPIRY_SECOND)
                .setSignedService("b").setSignedVersion("2023-11-03").setValue(KEY);
        var delegation = new SasSigner.DelegationKey("11111111-2222-3333-4444-555555555555", "66666666-7777-8888-9999-000000000000",
                "2026-11-21T11:55:00Z", "2026-11-22T12:00:00Z", "b", "2023-11-03", KEY);

        Credentials.Sas ours = signer.sign(new SasSigner.Grant(DISK, Optional.empty(), BlobAccess.READ_WRITE, EXPIRY), delegation);
        assertThat(fields(ours.query())).isEqualTo(fields(clients.pageBlob(DISK).generateUserDelegationSas(values("rw"), theirs)));

        Credentials.Sas ofSnapshot = signer.sign(new SasSigner.Grant(DISK, Optional.of(SNAPSHOT), BlobAccess.READ, EXPIRY), delegation);
        assertThat(fields(ofSnapshot.query()))
                .isEqualTo(fields(clients.pageBlob(DISK, SNAPSHOT).generateUserDelegationSas(values("r"), theirs)));
    }

    @Test
    void plainHttpIsAllowedOnlyWhereTheEndpointIs() {
        SasSigner plain = new SasSigner(Endpoint.parse("http://127.0.0.1:10000/acct"));
        var grant = new SasSigner.Grant(DISK, Optional.empty(), BlobAccess.READ, EXPIRY);
        assertThat(plain.sign(grant, key).query()).contains("spr=https%2Chttp&");
        assertThat(signer.sign(grant, key).query()).contains("spr=https&");
    }
}
