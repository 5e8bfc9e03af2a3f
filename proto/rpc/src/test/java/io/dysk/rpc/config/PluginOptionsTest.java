package io.dysk.rpc.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PluginOptionsTest {
    private final Options options = new Options("some", "1", "");
    private final PluginOptions common = new PluginOptions(options);

    private PluginConfig parse(String... arguments) {
        options.read(List.of(arguments), Map.of());
        return common.config();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "--endpoint=tcp://1.2.3.4:5; no unix socket",
        "--endpoint=; no unix socket",
        "--endpoint=unix://csi.sock; no unix socket",
        "--endpoint=/csi/socket; ends in .sock",
        "--http-address=nonsense; HOST:PORT",
        "--http-address=:99999; HOST:PORT",
        "--http-address=no.such.host.invalid:1; no address found",
        "--log-level=loud; must be one of error, warning, info, debug",
        "--log-format=xml; must be one of text, json",
        "--drain-time=soon; is no time",
        "--drain-time=-1s; is no time",
        "--max-calls=0; between 1 and 10000",
        "--max-calls=many; between 1 and 10000",
        "--otlp-endpoint=collector:4318; must be a URL"})
    void a_value_that_can_not_be_names_its_option(String argument, String message) {
        assertThatThrownBy(() -> parse(argument)).isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith(argument.substring(0, argument.indexOf('=')) + ": ").hasMessageContaining(message);
    }

    @Test
    void a_path_that_is_too_long_for_a_socket() {
        assertThatThrownBy(() -> parse("--endpoint=unix:///" + "x".repeat(110) + ".sock")).hasMessageContaining("too long");
    }

    @Test
    void a_path_as_long_as_a_socket_allows() {
        assertThat(parse("--endpoint=unix:///" + "x".repeat(90) + ".sock")).isNotNull();
    }

    @Test
    void a_URL_with_a_password_is_not_repeated() {
        assertThatThrownBy(() -> parse("--otlp-endpoint=ftp://me:hunter22@collector")).hasMessageNotContaining("hunter22");
    }

    @Test
    void without_options() {
        PluginConfig config = parse();
        assertThat(config.endpoint().path()).isEqualTo(Path.of("/csi/csi.sock"));
        assertThat(config.http()).isEmpty();
        assertThat(config.otlp()).isEmpty();
        assertThat(config.logFormat()).isEqualTo(LogFormat.text);
        assertThat(config.logLevel()).isEqualTo(LogLevel.info);
        assertThat(config.drainTime()).isEqualTo(Duration.ofSeconds(20));
        assertThat(config.maxCalls()).isEqualTo(256);
    }

    @ParameterizedTest
    @CsvSource({"500ms, 500", "3, 3000", "20s, 20000", "2m, 120000", "0, 0"})
    void times(String text, long milliseconds) {
        assertThat(parse("--drain-time=" + text).drainTime()).isEqualTo(Duration.ofMillis(milliseconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {":9808", "127.0.0.1:9808", "[::1]:9808", "localhost:9808"})
    void addresses(String text) {
        assertThat(parse("--http-address=" + text).http()).hasValueSatisfying(address -> assertThat(address.getPort()).isEqualTo(9808));
    }
}
