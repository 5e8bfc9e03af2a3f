package io.dysk.node.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.kernel.Limits;
import io.dysk.node.fake.Refusal;
import io.grpc.Status;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VolumeParametersTest {
    @ParameterizedTest
    @CsvSource({"maxConnections, many", "maxConnections, 65", "maxConnections, 0", "requestTimeout, soon", "requestTimeout, -1s", "noPathTimeout, 1x"})
    void whatCannotBeIsRefused(String key, String value) {
        Refusal.of(() -> VolumeParameters.parse(Map.of(key, value)), Status.Code.INVALID_ARGUMENT, "volume context", "StorageClass");
    }

    @Test
    void withoutAnyTheModuleDecides() {
        assertThat(VolumeParameters.parse(Map.of("account", "acc")).limits()).isEqualTo(Limits.DEFAULTS);
    }

    @Test
    void allOfThemAreTaken() {
        VolumeParameters parameters = VolumeParameters.parse(Map.of("mkfsOptions", "-O  ^has_journal -N 5", "maxConnections", "4", "requestTimeout", "500ms",
                "noPathTimeout", "0"));
        assertThat(parameters.mkfsOptions()).containsExactly("-O", "^has_journal", "-N", "5");
        assertThat(parameters.limits()).isEqualTo(Limits.DEFAULTS.withMaxConnections(4).withRequestTimeout(Duration.ofMillis(500))
                .withNoPathTimeout(Limits.FOREVER));
    }
}
