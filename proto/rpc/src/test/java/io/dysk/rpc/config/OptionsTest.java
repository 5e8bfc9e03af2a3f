package io.dysk.rpc.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Options options = new Options("some", "1.2", "Does something.");
    private final Option name = options.required("--node-name", "NAME", "The name.");
    private final Option size = options.option("--size", "N", "7", "The size.");
    private final Option place = options.list("--place", "KEY=VALUE", "The place.");
    private final Option fast = options.flag("--fast", "Faster.");
    private final Option secret = options.option("--client-secret", "TEXT", "", "What nobody should have as an option.");
    private final Option key = options.option("--tls-key", "FILE", "", "The key.");

    private int run(Map<String, String> environment, String... arguments) {
        return options.run(arguments, environment, new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8),
                () -> 42);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "--nmae=x; there is no option --nmae",
        "stray; there is no option without a name",
        "--size; --size: needs a value",
        "--node-name=; --node-name: must be given, here or as DYSK_NODE_NAME"})
    void a_mistake_is_said_with_where_to_look_and_ends_the_program(String argument, String message) {
        assertThat(run(Map.of(), argument)).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("some: " + message).endsWith("See some --help.\n");
    }

    @Test
    void twice_is_a_mistake_but_for_a_list() {
        assertThatThrownBy(() -> options.read(List.of("--size=1", "--size=2"), Map.of())).hasMessage("--size: is given twice");
    }

    @Test
    void what_the_program_finds_wrong_is_said_like_that() {
        assertThat(options.run(new String[] {"--node-name=x"}, Map.of(), System.out, new PrintStream(err, true, StandardCharsets.UTF_8), () -> {
            throw size.wrong("is too small");
        })).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("some: --size: is too small");
    }

    @Test
    void the_command_line_counts_then_the_environment_then_the_default() {
        assertThat(run(Map.of("DYSK_NODE_NAME", "outside", "DYSK_SIZE", "8", "DYSK_FAST", "true"), "--node-name", "inside", "--place=a=1", "--place",
                "b=2,c=3")).isEqualTo(42);
        assertThat(name.text()).isEqualTo("inside");
        assertThat(size.number(1, 9)).isEqualTo(8);
        assertThat(place.list()).containsExactly("a=1", "b=2", "c=3");
        assertThat(fast.on()).isTrue();
        assertThat(secret.given()).isEmpty();
    }

    @Test
    void an_empty_variable_is_none() {
        assertThat(run(Map.of("DYSK_SIZE", ""), "--node-name=x")).isEqualTo(42);
        assertThat(size.text()).isEqualTo("7");
        assertThat(fast.on()).isFalse();
    }

    @Test
    void help_names_each_option_its_variable_and_its_default() {
        assertThat(run(Map.of(), "--size=x", "--help")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("Usage: some", "Does something.", "--node-name NAME", "(DYSK_NODE_NAME) Required.",
                "(DYSK_SIZE) Default: 7", "(DYSK_PLACE) Default: none.", "(DYSK_FAST)").satisfies(text -> assertThat(text.lines()).allMatch(line -> line.length() <= 100));
    }

    @Test
    void version() {
        assertThat(run(Map.of(), "--version")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("some 1.2\n");
    }

    @Test
    void shown_without_secrets() {
        options.read(List.of("--node-name=http://me:hunter22@x", "--client-secret=hunter22", "--tls-key=/etc/tls.key"), Map.of());
        assertThat(key.path()).hasToString("/etc/tls.key");
        assertThat(options.shown()).isEqualTo("node-name=http://***@x size=7 client-secret=*** tls-key=/etc/tls.key");
    }
}
