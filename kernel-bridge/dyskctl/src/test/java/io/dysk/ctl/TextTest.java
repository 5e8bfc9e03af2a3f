package io.dysk.ctl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dysk.kernel.Limits;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sizes, times, JSON and tables. */
class TextTest {

    @ParameterizedTest
    @CsvSource({
        "512, 512", "10GiB, 10737418240", "10Gi, 10737418240", "1.5TiB, 1649267441664", "64 MiB, 67108864", "1GB, 1000000000",
        "1G, 1000000000", "8TiB, 8796093022208", "512B, 512", "4KiB, 4096", "64k, 64000", "0.5MiB, 524288"})
    void sizesAreRead(String text, long bytes) {
        assertThat(Sizes.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "0", "-1", "1", "513", "10GiBs", "GiB", "1e9", "0x200", "9TiB", "99999999999999999", "1.0000001GiB", "1,5GiB", "1MB"})
    void whatIsNotAPossibleSizeIsRefused(String text) {
        assertThatThrownBy(() -> Sizes.parse(text)).isInstanceOf(CtlException.class);
    }

    @ParameterizedTest
    @CsvSource({"512, 512B", "1024, 1KiB", "1536, 1.5KiB", "10737418240, 10GiB", "8796093022208, 8TiB", "1000000000, 953.7MiB"})
    void sizesAreShown(long bytes, String text) {
        assertThat(Sizes.format(bytes)).isEqualTo(text);
    }

    @Test
    void timesAreReadAndShown() {
        assertThat(Durations.parse("500ms")).isEqualTo(Duration.ofMillis(500));
        assertThat(Durations.parse("2h")).isEqualTo(Duration.ofHours(2));
        assertThat(Durations.parse("forever")).isEqualTo(Limits.FOREVER);
        assertThatThrownBy(() -> Durations.parse("5")).isInstanceOf(CtlException.class);
        assertThatThrownBy(() -> Durations.parse("-5s")).isInstanceOf(CtlException.class);
        assertThat(Durations.format(Limits.FOREVER)).isEqualTo("forever");
        assertThat(Durations.format(Duration.ofNanos(4_096_000))).isEqualTo("4.1ms");
        assertThat(Durations.format(Duration.ofSeconds(30))).isEqualTo("30s");
        assertThat(Durations.format(Duration.ofHours(50))).isEqualTo("50h");
        assertThat(Durations.format(Duration.ZERO)).isEqualTo("0us");
        assertThat(Durations.format(Duration.ofMillis(-1500))).isEqualTo("-1.5s");
    }

    @Test
    void jsonHasNoSurprises() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("text", "a\"b\\c\n\u0000é");
        map.put("none", Optional.empty());
        map.put("some", Optional.of(1));
        map.put("big", Long.MAX_VALUE);
        map.put("yes", true);
        map.put("time", Duration.ofSeconds(2));
        map.put("list", List.of(1, List.of(), Map.of()));
        assertThat(Json.write(map)).isEqualTo("""
                {
                  "text": "a\\"b\\\\c\\u000a\\u0000é",
                  "none": null,
                  "some": 1,
                  "big": 9223372036854775807,
                  "yes": true,
                  "time": 2000,
                  "list": [
                    1,
                    [],
                    {}
                  ]
                }""");
    }

    @Test
    void tablesAreAlignedAndNamesCannotTalkToTheTerminal() {
        assertThat(new Table("A", "LONGER").row("xyz", "\u001b[31mred").row("", 1)).hasToString("""
                A    LONGER
                xyz  ?[31mred
                -    1
                """);
    }
}
