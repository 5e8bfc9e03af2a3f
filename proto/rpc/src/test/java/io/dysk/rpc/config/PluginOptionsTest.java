package io.dysk.rpc.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

class PluginOptionsTest {
    /** A program that has them. */
    @Command(name = "some")
    static final class Program {
        @Mixin
        private PluginOptions options;

        @Option(names = "--tls-key")
        private Path tlsKey;

        @Option(names = "--client-secret")
        private String clientSecret;
    }

    private final Program program = new Program();
    private final CommandLine command = new CommandLine(program);

    private PluginConfig parse(String... arguments) {
        command.parseArgs(arguments);
        return program.options.config();
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
        "--log-level=loud; --log-level",
        "--log-format=xml; --log-format",
        "--drain-time=soon; is no time",
        "--drain-time=-1s; is no time",
        "--max-calls=0; between 1 and 10000",
        "--max-calls=many; --max-calls",
        "--otlp-endpoint=collector:4318; --otlp-endpoint"})
    void a_value_that_can_not_be_names_its_option(String argument, String message) {
        assertThatThrownBy(() -> parse(argument)).isInstanceOf(ParameterException.class).hasMessageContaining(message);
    }

    @Test
    void a_path_that_is_too_long_for_a_socket() {
        assertThatThrownBy(() -> parse("--endpoint=unix:///" + "x".repeat(110) + ".sock")).hasMessageContaining("too long");
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

    @Test
    void each_has_its_environment_variable_and_help_names_it() {
        assertThat(PluginOptions.class.getDeclaredFields()).filteredOn(field -> field.isAnnotationPresent(Option.class)).hasSize(7)
                .allSatisfy(field -> namesItsVariable(field.getAnnotation(Option.class)));
    }

    private static void namesItsVariable(Option option) {
        String variable = "DYSK_" + option.names()[0].substring(2).replace('-', '_').toUpperCase(Locale.ROOT);
        assertThat(option.defaultValue()).startsWith("${env:" + variable + ":-");
        assertThat(option.description()[0]).contains("(" + variable + ")");
    }

    @Test
    void shown_without_secrets() {
        parse("--client-secret=hunter22", "--tls-key=/etc/tls/tls.key", "--otlp-endpoint=http://me:hunter22@collector:4318", "--http-address=:1");
        assertThat(ConfigurationLine.of(command.getCommandSpec())).doesNotContain("hunter22")
                .contains("client-secret=***", "tls-key=/etc/tls/tls.key", "collector:4318", "http-address=:1", "max-calls=256");
    }
}
