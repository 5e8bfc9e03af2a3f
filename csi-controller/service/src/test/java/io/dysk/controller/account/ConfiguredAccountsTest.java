package io.dysk.controller.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dysk.blob.BlobAddress;
import io.dysk.blob.Credentials;
import io.dysk.blob.Endpoint;
import io.dysk.controller.volume.VolumeId;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.config.AccountFiles;
import io.dysk.rpc.config.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfiguredAccountsTest {
    private static final String KEY = "c2VjcmV0IG5vYm9keSBzZWVz";
    private static final String SUFFIX = "blob.core.windows.net";

    @TempDir
    private Path folder;

    private ConfiguredAccounts accounts(String... lines) throws IOException {
        Files.writeString(folder.resolve("a.properties"), String.join("\n", lines));
        return new ConfiguredAccounts(AccountFiles.in(folder), SUFFIX);
    }

    private static VolumeId volume(String id) {
        return VolumeId.parse(id).orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"capacityGib=1", "capacityGiB=much", "capacityGiB=-1", "endpoint=nonsense", "endpoint=http://h/other"})
    void a_field_that_is_wrong_ends_the_start_without_a_word_of_the_key(String line) {
        assertThatThrownBy(() -> accounts("accountname=alpha", "accountkey=" + KEY, line)).isInstanceOf(ConfigurationException.class)
                .satisfies(failure -> assertThat(failure.getMessage()).doesNotContain(KEY));
    }

    @Test
    void a_key_that_is_none_ends_the_start() {
        assertThatThrownBy(() -> accounts("accountname=alpha", "accountkey=" + KEY + "!")).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("alpha").satisfies(failure -> assertThat(failure.getMessage()).doesNotContain(KEY));
        assertThatThrownBy(() -> accounts("accountname=alpha", "identity=mine")).isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> accounts("accountname=alpha", "identity=workload", "endpoint=http://h/alpha"))
                .isInstanceOf(ConfigurationException.class).hasMessageContaining("TLS");
    }

    @Test
    void all_fields_are_understood() throws IOException {
        OwnAccount own = accounts("accountname=alpha", "identity=workload", "sku=Premium_LRS", "capacityGiB=1.5", "topology.zone=2").own().getFirst();
        assertThat(own.store().endpoint().url()).isEqualTo("https://alpha.blob.core.windows.net");
        assertThat(own.sku()).contains("Premium_LRS");
        assertThat(own.capacityBytes()).hasValue(3L << 29);
        assertThat(own.topology()).containsExactly(Map.entry("zone", "2"));
    }

    @Test
    void the_endpoint_is_the_secrets_else_the_ids_else_the_files_else_by_the_suffix() throws IOException {
        ConfiguredAccounts accounts = accounts("accountname=alpha", "accountkey=" + KEY, "endpoint=http://file/alpha");
        Map<String, String> secret = Map.of("accountname", "alpha", "accountkey", KEY);
        Map<String, String> withEndpoint = Map.of("accountname", "alpha", "accountkey", KEY, "endpoint", "http://secret/alpha");
        assertThat(accounts.of(volume("http://id/alpha//volumes/v"), withEndpoint).endpoint().url()).isEqualTo("http://secret/alpha");
        assertThat(accounts.of(volume("http://id/alpha//volumes/v"), secret).endpoint().url()).isEqualTo("http://id/alpha");
        assertThat(accounts.of(volume("http://id/alpha//volumes/v"), Map.of()).endpoint().url()).isEqualTo("http://id/alpha");
        assertThat(accounts.of(volume("alpha/volumes/v"), Map.of()).endpoint().url()).isEqualTo("http://file/alpha");
        assertThat(accounts.of(volume("other/volumes/v"), Map.of("accountname", "other", "accountkey", KEY)).endpoint().url())
                .isEqualTo("https://other.blob.core.windows.net");
    }

    @Test
    void an_id_has_the_endpoint_only_where_it_could_not_be_told() throws IOException {
        ConfiguredAccounts accounts = accounts("accountname=alpha", "accountkey=" + KEY, "endpoint=http://file/alpha");
        BlobAddress address = BlobAddress.of("volumes", "v");
        assertThat(accounts.idOf(Endpoint.parse("http://file/alpha"), address)).hasToString("alpha/volumes/v");
        assertThat(accounts.idOf(Endpoint.parse("https://other.blob.core.windows.net"), address)).hasToString("other/volumes/v");
        assertThat(accounts.idOf(Endpoint.parse("http://h:1/other"), address)).hasToString("http://h:1/other//volumes/v");
    }

    @Test
    void without_or_with_others_credentials_it_says_so() throws IOException {
        ConfiguredAccounts accounts = accounts("accountname=alpha", "accountkey=" + KEY);
        assertThatThrownBy(() -> accounts.of(volume("other/volumes/v"), Map.of())).isInstanceOf(RpcFailure.class).hasMessageContaining("other");
        assertThatThrownBy(() -> accounts.of(volume("alpha/volumes/v"), Map.of("accountname", "other", "accountkey", KEY)))
                .isInstanceOf(RpcFailure.class).hasMessageContaining("alpha").hasMessageContaining("other");
    }

    @Test
    void a_store_is_opened_once_for_the_same_credentials() throws IOException {
        AccountStores stores = new AccountStores();
        Endpoint endpoint = Endpoint.parse("http://h/alpha");
        var key = new Credentials.SharedKey(endpoint.account(), KEY);
        var other = new Credentials.SharedKey(endpoint.account(), "b3RoZXI=");
        assertThat(stores.open(endpoint, key)).isSameAs(stores.open(endpoint, key)).isNotSameAs(stores.open(endpoint, other));
    }
}
