package io.dysk.node.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ProcessesTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Tools tools = new Processes();

    @Test
    void aProgramThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> tools.run(List.of("no-such-program"), LIMIT)).isInstanceOf(ToolException.class).hasMessageContaining("'no-such-program'");
    }

    @Test
    void aProgramThatTakesTooLongIsKilled() {
        assertThatThrownBy(() -> tools.run(List.of("sleep", "1000"), Duration.ofMillis(50))).isInstanceOf(ToolException.class)
                .hasMessageContaining("sleep didn't end");
        assertThat(ProcessHandle.current().children().filter(child -> child.info().commandLine().orElse("").contains("sleep 1000"))
                .allMatch(child -> child.onExit().join() != null)).isTrue();
    }

    @Test
    void codeAndWordsAreToldApart() {
        ToolResult result = tools.run(List.of("sh", "-c", "echo out; echo err >&2; exit 3"), LIMIT);
        assertThat(result).isEqualTo(new ToolResult(3, "out\n", "err\n"));
        assertThat(result.words()).isEqualTo("err");
    }

    @Test
    void noneOfOurEnvironmentIsPassedOn() {
        assertThat(tools.run(List.of("env"), LIMIT).output().lines()).containsExactlyInAnyOrder("LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin");
    }

    @Test
    void anArgumentIsNeverReadByAShell() {
        assertThat(tools.run(List.of("echo", "$(id)", ";", "reboot"), LIMIT).output()).isEqualTo("$(id) ; reboot\n");
    }

    @Test
    void endlessOutputIsCut() {
        ToolResult result = tools.run(List.of("sh", "-c", "head -c 10000000 /dev/zero"), LIMIT);
        assertThat(result.exitCode()).isZero();
        assertThat(result.output().length()).isLessThan(100_000);
    }
}
