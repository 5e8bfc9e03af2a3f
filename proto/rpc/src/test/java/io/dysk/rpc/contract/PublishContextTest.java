package io.dysk.rpc.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dysk.rpc.call.RpcFailure;
import io.grpc.Status.Code;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublishContextTest {
    private static final PublishContext WRITER = new PublishContext("http://acme.blob.core.windows.net", "acme", "disks", "data/ä 1", Optional.empty(),
            Optional.of("b0c4a3a6-5c0e-5f8e-9f57-0c1f2e3d4a5b"), 512, OptionalLong.of(3L << 20));

    @ParameterizedTest
    @ValueSource(strings = {"endpoint", "account", "container", "blob"})
    void what_is_missing_is_named(String key) {
        Map<String, String> map = new HashMap<>(WRITER.toMap());
        map.remove(key);
        assertThatThrownBy(() -> PublishContext.parse(map)).isInstanceOfSatisfying(RpcFailure.class,
                failure -> assertThat(failure.code()).isEqualTo(Code.INVALID_ARGUMENT)).hasMessageContaining("'" + key + "'");
    }

    @ParameterizedTest
    @CsvSource({"tailBytes, -1", "tailBytes, x", "blankAt, 1e3", "blankAt, 99999999999999999999", "blankAt, ''"})
    void a_number_that_is_none_is_named(String key, String value) {
        Map<String, String> map = new HashMap<>(WRITER.toMap());
        map.put(key, value);
        assertThatThrownBy(() -> PublishContext.parse(map)).isInstanceOf(RpcFailure.class).hasMessageContaining("'" + key + "'");
    }

    @Test
    void there_and_back() {
        assertThat(PublishContext.parse(WRITER.toMap())).isEqualTo(WRITER);
        PublishContext reader = new PublishContext("http://127.0.0.1:1/acme", "acme", "disks", "data", Optional.of("2026-11-21T00:00:00.0000000Z"),
                Optional.empty(), 0, OptionalLong.empty());
        assertThat(PublishContext.parse(reader.toMap())).isEqualTo(reader);
    }

    @Test
    void without_a_lease_it_is_for_reading() {
        assertThat(WRITER.readOnly()).isFalse();
        Map<String, String> map = new HashMap<>(WRITER.toMap());
        map.remove("lease");
        assertThat(PublishContext.parse(map).readOnly()).isTrue();
    }
}
