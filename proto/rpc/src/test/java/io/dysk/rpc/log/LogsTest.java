package io.dysk.rpc.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.dysk.rpc.config.LogFormat;
import io.dysk.rpc.config.LogLevel;
import io.dysk.rpc.plugin.JsonLines;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogsTest {
    private static final Logger LOG = Logger.getLogger("io.dysk.some.Thing");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private void install(LogFormat format, LogLevel level) {
        Logs.install(new PrintStream(out, true, StandardCharsets.UTF_8), format, level);
    }

    private String log() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "", "quote \" backslash \\ slash /", "line\nbreak\r\ttab", "nul \0 bell \7 del \177", "é 漢 \uD83D\uDE00",
        "half a pair \uD83D", "other half \uDE00\uDE00", "{\"json\":true}", "braces {0} {", "\u2028"})
    void every_line_is_valid_JSON_and_says_the_message(String message) {
        install(LogFormat.json, LogLevel.info);
        LOG.info(message);
        assertThat(log()).endsWith("\n").hasLineCount(1);
        JsonObject line = JsonLines.parse(log()).getFirst();
        assertThat(line.get("message").getAsString()).isEqualTo(message);
        assertThat(line.get("level").getAsString()).isEqualTo("info");
        assertThat(line.get("logger").getAsString()).isEqualTo("Thing");
        assertThat(Instant.parse(line.get("time").getAsString())).isBeforeOrEqualTo(Instant.now());
    }

    @Test
    void an_exception_is_one_line_of_JSON() {
        install(LogFormat.json, LogLevel.info);
        LOG.log(Level.SEVERE, "broken", new IllegalStateException("why\nso"));
        assertThat(JsonLines.parse(log())).singleElement()
                .satisfies(line -> assertThat(line.get("stack").getAsString()).contains("IllegalStateException: why\nso", "at "));
    }

    @Test
    void nobody_forges_a_line_of_text() {
        install(LogFormat.text, LogLevel.info);
        LOG.info("volume x\n2026-01-01T00:00:00Z error all is lost \u001b[31m");
        assertThat(log()).hasLineCount(1).contains("volume x\\n2026").doesNotContain("\u001b");
    }

    @Test
    void the_level_counts() {
        install(LogFormat.text, LogLevel.warning);
        LOG.info("quiet");
        LOG.warning("loud");
        Logger.getLogger("io.grpc.netty.Thing").info("a library's");
        assertThat(log()).contains(" warning loud").doesNotContain("quiet", "library");
    }

    @Test
    void parameters_are_put_in() {
        install(LogFormat.text, LogLevel.info);
        LOG.log(Level.INFO, "{0} of {1}", new Object[] {"one", "two"});
        assertThat(log()).contains("one of two");
    }

    @Test
    void it_goes_on_when_the_JVM_begins_to_end() {
        install(LogFormat.text, LogLevel.info);
        // What the JVM does as its shutdown begins.
        LogManager.getLogManager().reset();
        LOG.info("still here");
        assertThat(log()).contains("still here");
    }
}
