package io.dysk.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line as a whole. */
class CommandLineTest {

    private static final List<String> ALL = List.of(
            "create", "attach", "detach", "list", "get", "stats", "resize", "update", "delete", "convert-pv", "doctor", "completion");

    private final Ctl ctl = new Ctl();

    @Test
    void everyCommandHasHelpWithExamples() {
        for (String command : ALL) {
            assertThat(ctl.run(command + " --help")).isEqualTo(ExitCode.OK);
            assertThat(ctl.out).contains("Usage: dyskctl " + command).contains("Examples:").contains("  dyskctl " + command);
        }
    }

    @Test
    void theProgramsHelpListsCommandsExitCodesAndSourcesOfCredentials() {
        assertThat(ctl.run("--help")).isEqualTo(ExitCode.OK);
        assertThat(ctl.out).contains(ALL).contains("Exit codes:").contains("AZURE_STORAGE_CONNECTION_STRING");
        for (ExitCode code : ExitCode.values()) {
            assertThat(ctl.out).contains(code.meaning());
        }
        assertThat(ctl.run("--version")).isEqualTo(ExitCode.OK);
        assertThat(ctl.out).startsWith("dyskctl ");
    }

    @Test
    void noOptionTakesASecret() {
        for (String command : ALL) {
            ctl.run(command + " --help");
            String options = ctl.out.lines().filter(line -> line.matches(" +-.*")).collect(Collectors.joining("\n"));
            assertThat(options).doesNotContainIgnoringCase("--key").doesNotContainIgnoringCase("--sas")
                    .doesNotContainIgnoringCase("--connection-string").doesNotContainIgnoringCase("--account-key");
        }
    }

    @Test
    void mistakesGetASuggestion() {
        assertThat(ctl.run("atach disks/db1")).isEqualTo(ExitCode.USAGE);
        assertThat(ctl.err).contains("Did you mean").contains("attach").contains("--help");
        assertThat(ctl.run("attach disks/db1 --readonly")).isEqualTo(ExitCode.USAGE);
        assertThat(ctl.err).contains("--read-only").contains("See 'dyskctl attach --help'");
        assertThat(ctl.runWords()).isEqualTo(ExitCode.USAGE);
        assertThat(ctl.err).contains("Usage: dyskctl");
    }

    @Test
    void completionIsAScriptThatBashTakes(@TempDir Path dir) throws Exception {
        assertThat(ctl.run("completion")).isEqualTo(ExitCode.OK);
        assertThat(ctl.out).contains(ALL).contains("--break-lease");
        Path script = Files.writeString(dir.resolve("completion"), ctl.out);
        assertThat(new ProcessBuilder("bash", "-n", script.toString()).start().waitFor()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"list", "get 0", "stats", "detach 0 --keep-lease", "resize 0", "update 0 --addresses", "completion", "--help"})
    void commandsThatNeedNoBlobRunWithoutTheAzureSdk(String commandLine) throws Exception {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("azure") && !entry.contains("reactor") && !entry.contains("msal4j"))
                .collect(Collectors.joining(File.pathSeparator));
        List<String> command = new java.util.ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(), "--enable-native-access=ALL-UNNAMED", "-cp", classPath,
                DyskCtl.class.getName()));
        command.addAll(List.of(commandLine.split(" ")));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        // Where no module is loaded, that is what they say.
        assertThat(process.waitFor()).as(output).isIn(0, ExitCode.NO_MODULE.code(), ExitCode.NOT_FOUND.code());
        assertThat(output).doesNotContain("NoClassDefFound").doesNotContain("internal error");
    }
}
