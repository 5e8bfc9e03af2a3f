package io.dysk.kernelsuite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Our names for the module's numbers are those of its header. */
class HeaderTest {
    @Test
    void reasons() throws IOException {
        assertThat(names("DYSK_REASON_")).isEqualTo(Arrays.stream(Reason.values()).map(Enum::name).toList());
    }

    @Test
    void states() throws IOException {
        assertThat(names("DYSK_STATE_")).isEqualTo(Arrays.stream(State.values()).map(Enum::name).toList());
    }

    /** The names of an enum of the header, whose values must be 0, 1, 2, ... */
    private static List<String> names(String prefix) throws IOException {
        Path header = Path.of("").toAbsolutePath();
        while (!Files.exists(header.resolve("kernel-bridge/module/uapi/dysk.h"))) {
            header = header.getParent();
        }
        String text = Files.readString(header.resolve("kernel-bridge/module/uapi/dysk.h"));
        List<MatchResult> found = Pattern.compile("^\\s+" + prefix + "(\\w+)\\s*= (\\d+),", Pattern.MULTILINE).matcher(text)
                .results().toList();
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i).group(2)).as(found.get(i).group()).isEqualTo(Integer.toString(i));
        }
        return found.stream().map(match -> match.group(1)).toList();
    }
}
