package io.dysk.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Credentials, and the connection strings they come in. Nothing of them may be shown, right or wrong. */
final class CredentialsTest {
    private static final String KEY = "c2VjcmV0LWtleS1vZi10aGUtYWNjb3VudA==";
    private static final AccountName ACCOUNT = new AccountName("acct");

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "n0t-base64!", "secretA"})
    void otherKeysAreRefusedAndNotRepeated(String key) {
        assertThatThrownBy(() -> new Credentials.SharedKey(ACCOUNT, key)).isInstanceOf(BlobException.InvalidArgument.class)
                .hasMessageContaining("Access keys")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("n0t-base64!").doesNotContain("secretA"));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "?", "sv=1&sp=rw", "sig=", "sv=1 &sig=s3cret", "sig=s3cret\nx", "https://h/c/b#sig=s3cret"})
    void otherSasAreRefusedAndNotRepeated(String query) {
        assertThatThrownBy(() -> new Credentials.Sas(query)).isInstanceOf(BlobException.InvalidArgument.class)
                .hasMessageContaining("sig=...")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void nothingSecretIsShown() {
        Credentials key = new Credentials.SharedKey(ACCOUNT, KEY);
        Credentials sas = new Credentials.Sas("?sv=1&sp=rw&se=2026-11-22T00%3A00%3A00Z&sig=s3cret%3D");
        var token = new TokenSource.AccessToken("t0ken", Instant.EPOCH);
        BlobAccount account = new BlobAccount(Endpoint.ofPublicCloud(ACCOUNT), sas);
        var delegation = new SasSigner.DelegationKey("o", "t", "s", "e", "b", "v", KEY);
        assertThat(key).hasToString("key of account acct");
        assertThat(sas).hasToString("SAS (rights \"rw\", until \"2026-11-22T00:00:00Z\")");
        assertThat(account.toString()).doesNotContain("s3cret");
        assertThat(AzurePageBlobStore.open(account).toString()).doesNotContain("s3cret");
        assertThat(token.toString()).doesNotContain("t0ken");
        assertThat(new Credentials.Token(scope -> token).toString()).doesNotContain("t0ken");
        assertThat(delegation.toString()).doesNotContain(KEY);
    }

    @Test
    void tokensNeedTls() {
        Endpoint plain = Endpoint.parse("http://127.0.0.1:10000/acct");
        assertThatThrownBy(() -> new BlobAccount(plain, new Credentials.Token(scope -> new TokenSource.AccessToken("t0ken", Instant.MAX))))
                .isInstanceOf(BlobException.NeedsHttps.class);
    }

    @Test
    void aKeyFitsOneAccount() {
        assertThatThrownBy(() -> new BlobAccount(Endpoint.ofPublicCloud(new AccountName("other")), new Credentials.SharedKey(ACCOUNT, KEY)))
                .isInstanceOf(BlobException.InvalidArgument.class).hasMessageNotContaining(KEY);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", ";", "c2VjcmV0", "AccountName=acct", "AccountName=acct;AccountKey=", "AccountKey=c2VjcmV0",
        "AccountName=acct;AccountKey=c2VjcmV0;SharedAccessSignature=sig=c2VjcmV0", "AccountName=acct;AccountKey=c2VjcmV0;AccountKey=c2VjcmV0",
        "AccountName=acct;c2VjcmV0;AccountKey=c2VjcmV0", "AccountName=a.evil.example/;AccountKey=c2VjcmV0",
        "BlobEndpoint=https://one.blob.core.windows.net;AccountName=two;AccountKey=c2VjcmV0",
        "BlobEndpoint=https://acct.blob.core.windows.net?sig=c2VjcmV0;AccountKey=c2VjcmV0",
        "DefaultEndpointsProtocol=gopher;AccountName=acct;AccountKey=c2VjcmV0",
        "AccountName=acct;AccountKey=c2VjcmV0;EndpointSuffix=core.windows.net/evil/x"})
    void otherConnectionStringsAreRefusedAndNotRepeated(String text) {
        assertThatThrownBy(() -> BlobAccount.ofConnectionString(text)).isInstanceOf(BlobException.InvalidArgument.class)
                .hasMessageNotContaining("c2VjcmV0");
    }

    @Test
    void thePortalsFormIsRead() {
        BlobAccount account = BlobAccount.ofConnectionString(
                "DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=" + KEY + ";EndpointSuffix=core.usgovcloudapi.net");
        assertThat(account.endpoint().url()).isEqualTo("https://acct.blob.core.usgovcloudapi.net");
        assertThat(account.credentials()).isEqualTo(new Credentials.SharedKey(ACCOUNT, KEY));
        assertThat(BlobAccount.ofConnectionString(" accountname=acct; accountkey=" + KEY + " ;").endpoint())
                .isEqualTo(Endpoint.ofPublicCloud(ACCOUNT));
    }

    @Test
    void endpointsAndSasAreRead() {
        BlobAccount account = BlobAccount.ofConnectionString(
                "BlobEndpoint=https://acct.blob.core.windows.net/;QueueEndpoint=https://x;SharedAccessSignature=sv=1&sp=rw&sig=s3cret%3D");
        assertThat(account.endpoint()).isEqualTo(Endpoint.ofPublicCloud(ACCOUNT));
        assertThat(account.credentials()).isEqualTo(new Credentials.Sas("sv=1&sp=rw&sig=s3cret%3D"));
    }

    @Test
    void theEmulatorIsRead() {
        assertThat(BlobAccount.ofConnectionString("UseDevelopmentStorage=true").endpoint().url())
                .isEqualTo("http://127.0.0.1:10000/devstoreaccount1");
        assertThat(BlobAccount.ofConnectionString("UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://10.0.0.1:7").endpoint().url())
                .isEqualTo("http://10.0.0.1:7/devstoreaccount1");
    }
}
