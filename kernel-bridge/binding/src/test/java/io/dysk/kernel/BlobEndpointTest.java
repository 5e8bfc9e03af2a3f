package io.dysk.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlobEndpointTest {

    @ParameterizedTest
    @ValueSource(strings = {
        "", "acct", "acct.blob.core.windows.net", "ftp://acct.blob.core.windows.net", "http://", "http:///acct",
        "http://localhost", "http://127.0.0.1:10000", "http://[::1]:10000", "http://h:99999/acct", "http://h:0/acct",
        "http://h/acct/container", "http://h/UPPER", "http://a b.net", "http://user:pw@h/acct"})
    void whatIsNotAnEndpointIsRefusedWithTheFormsThatAre(String url) {
        assertThatThrownBy(() -> BlobEndpoint.parse(url)).isInstanceOf(EndpointException.class);
    }

    @Test
    void aSasInTheUrlIsRefusedAndNotRepeated() {
        assertThatThrownBy(() -> BlobEndpoint.parse("http://acct.blob.core.windows.net/?sv=1&sig=topsecret"))
                .hasMessageContaining("SAS")
                .hasMessageNotContaining("topsecret");
    }

    @Test
    void httpsCannotBeUsedYetAndSaysWhatToDo() {
        BlobEndpoint endpoint = BlobEndpoint.parse("https://acct.blob.core.windows.net/");
        assertThat(endpoint.tls()).isTrue();
        assertThat(endpoint.port()).isEqualTo(443);
        assertThatThrownBy(() -> endpoint.resolve(true))
                .isInstanceOf(EndpointException.class)
                .hasMessageContaining("no TLS yet")
                .hasMessageContaining("secure transfer required");
    }

    @Test
    void theAccountIsInTheHostName() {
        BlobEndpoint endpoint = BlobEndpoint.parse("HTTP://Acct.blob.core.windows.net");
        assertThat(endpoint).isEqualTo(new BlobEndpoint(false, "acct.blob.core.windows.net", 80, false, "acct"));
        assertThat(endpoint.hostHeader()).isEqualTo("acct.blob.core.windows.net");
    }

    @Test
    void theAccountIsInThePathOfAnEmulator() {
        BlobEndpoint endpoint = BlobEndpoint.parse("http://127.0.0.1:10000/devstoreaccount1/");
        assertThat(endpoint).isEqualTo(new BlobEndpoint(false, "127.0.0.1", 10000, true, "devstoreaccount1"));
        assertThat(endpoint.hostHeader()).isEqualTo("127.0.0.1:10000");
        assertThat(endpoint).hasToString("http://127.0.0.1:10000/devstoreaccount1");
    }

    @Test
    void ipv6LiteralsKeepTheirBracketsInTheHostHeader() {
        BlobEndpoint endpoint = BlobEndpoint.parse("http://[::1]:10000/acct");
        assertThat(endpoint.hostHeader()).isEqualTo("[::1]:10000");
        assertThat(endpoint.resolve(true).addresses()).hasSize(1).first().matches(EndpointAddress::isIpv6);
        assertThatThrownBy(() -> endpoint.resolve(false)).hasMessageContaining("only IPv6");
    }

    @Test
    void literalAddressesNeedNoNameServer() {
        Endpoint endpoint = BlobEndpoint.parse("http://127.0.0.1:10000/acct").resolve(true);
        assertThat(endpoint.pathStyle()).isTrue();
        assertThat(endpoint.addresses()).hasSize(1).first().hasToString("127.0.0.1:10000");
    }

    @Test
    void aNameWithoutAddressSaysSo() {
        assertThatThrownBy(() -> BlobEndpoint.parse("http://acct.invalid").resolve(true))
                .isInstanceOf(EndpointException.class)
                .hasMessageContaining("acct.invalid has no address");
    }
}
