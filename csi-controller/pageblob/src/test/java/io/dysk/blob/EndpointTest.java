package io.dysk.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EndpointTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "acct.blob.core.windows.net", "ftp://acct.blob.core.windows.net", "https://", "https:///x",
        "https://user:secret@acct.blob.core.windows.net", "https://acct.blob.core.windows.net/?sig=secret", "https://a b",
        "https://acct.blob.core.windows.net#secret", "http://127.0.0.1:10000", "http://127.0.0.1:0/acct", "http://127.0.0.1:70000/acct",
        "http://h/acct/secret", "https://blobs.example.com", "https://ac_ct.blob.core.windows.net"})
    void otherUrlsAreRefusedWithoutRepeatingWhatMayBeSecret(String url) {
        assertThatThrownBy(() -> Endpoint.parse(url)).isInstanceOf(BlobException.InvalidArgument.class)
                .hasMessageContaining("expected https://ACCOUNT.blob.core.windows.net")
                .hasMessageNotContaining("secret");
    }

    @Test
    void twoAccountsContradict() {
        assertThatThrownBy(() -> Endpoint.parse("https://one.blob.core.windows.net", Optional.of(new AccountName("two"))))
                .hasMessageContaining("one").hasMessageContaining("two");
    }

    @ParameterizedTest
    @CsvSource({
        "https://acct.blob.core.windows.net,       acct, false, true,  acct.blob.core.windows.net,      443,   acct.blob.core.windows.net",
        "https://ACCT.Blob.core.windows.net/,      acct, false, true,  acct.blob.core.windows.net,      443,   acct.blob.core.windows.net",
        "https://acct.z01.blob.storage.azure.net,  acct, false, true,  acct.z01.blob.storage.azure.net, 443,   acct.z01.blob.storage.azure.net",
        "http://acct.blob.core.chinacloudapi.cn,   acct, false, false, acct.blob.core.chinacloudapi.cn, 80,    acct.blob.core.chinacloudapi.cn",
        "http://127.0.0.1:10000/devstoreaccount1,  devstoreaccount1, true, false, 127.0.0.1, 10000, 127.0.0.1:10000",
        "http://[::1]:10000/acct/,                 acct, true,  false, [::1],                           10000, [::1]:10000",
        "https://blobs.internal/acct,              acct, true,  true,  blobs.internal,                  443,   blobs.internal"})
    void bothStylesAreRead(String url, String account, boolean pathStyle, boolean https, String host, int port, String header) {
        Endpoint endpoint = Endpoint.parse(url);
        assertThat(endpoint).isEqualTo(new Endpoint(https, host, port, new AccountName(account), pathStyle));
        assertThat(endpoint.hostHeader()).isEqualTo(header);
        assertThat(Endpoint.parse(endpoint.url())).isEqualTo(endpoint);
    }

    @Test
    void customDomainsNeedTheAccountBeside() {
        Endpoint endpoint = Endpoint.parse("https://blobs.example.com", Optional.of(new AccountName("acct")));
        assertThat(endpoint.pathStyle()).isFalse();
        assertThat(endpoint.url()).isEqualTo("https://blobs.example.com");
    }

    @Test
    void blobNamesAreEncodedInUrls() {
        BlobAddress address = BlobAddress.of("disks", "a b/ü%?#+.vhd");
        String url = Endpoint.parse("http://127.0.0.1:10000/acct").urlOf(address);
        assertThat(url).isEqualTo("http://127.0.0.1:10000/acct/disks/a%20b/%C3%BC%25%3F%23%2B.vhd");
        assertThat(BlobUrl.parse(url).address()).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://acct.blob.core.windows.net/", "https://acct.blob.core.windows.net/disks", "http://127.0.0.1:1/acct/disks",
        "https://acct.blob.core.windows.net/disks/a?sig=", "https://acct.blob.core.windows.net/disks/?sig=secret",
        "https://acct.blob.core.windows.net/disks/a?snapshot=secret-but-no-time", "https://acct.blob.core.windows.net/disks/a%zz?sig=secret"})
    void otherBlobUrlsAreRefused(String url) {
        assertThatThrownBy(() -> BlobUrl.parse(url)).isInstanceOf(BlobException.InvalidArgument.class)
                .hasMessageNotContaining("sig=secret");
    }

    @Test
    void blobUrlsAreTakenApartAndShownWithoutTheirSas() {
        BlobUrl url = BlobUrl.parse("https://acct.blob.core.windows.net/disks/team/a+b.vhd?snapshot=2026-11-21T13%3A43%3A03.1234567Z&sv=1&sp=r&sig=s3cret");
        assertThat(url.address()).isEqualTo(BlobAddress.of("disks", "team/a+b.vhd"));
        assertThat(url.snapshot()).contains(new SnapshotId("2026-11-21T13:43:03.1234567Z"));
        assertThat(url.sas()).contains(new Credentials.Sas("sv=1&sp=r&sig=s3cret"));
        assertThat(url.toString()).contains("team/a%2Bb.vhd").doesNotContain("s3cret");
        assertThat(url.sas().toString()).doesNotContain("s3cret");
    }
}
