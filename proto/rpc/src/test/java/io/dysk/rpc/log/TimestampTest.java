package io.dysk.rpc.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimestampTest {
    @ParameterizedTest
    @CsvSource({
        "1970-01-01T00:00:00Z, 1970-01-01T00:00:00.000Z",
        "1969-12-31T23:59:59.999Z, 1969-12-31T23:59:59.999Z",
        "2026-01-02T03:04:05.006999Z, 2026-01-02T03:04:05.006Z",
        "2028-02-29T12:00:00.5Z, 2028-02-29T12:00:00.500Z"})
    void always_the_same_width(Instant time, String text) {
        assertThat(Timestamp.write(time, new StringBuilder())).hasToString(text);
    }
}
