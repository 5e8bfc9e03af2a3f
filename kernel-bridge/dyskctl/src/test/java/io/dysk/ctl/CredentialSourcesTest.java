package io.dysk.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blob.BlobAccount;
import io.dysk.blob.Credentials;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialSourcesTest {

    private static final String SAS = "sv=2023-11-03&sp=rwl&sig=thesignature";

    @TempDir
    private Path dir;

    private final Ctl ctl = new Ctl();

    @Test
    void withoutAnySourceAllOfThemAreNamed() {
        assertThat(fails(Map.of()))
                .contains("AZURE_STORAGE_CONNECTION_STRING", "AZURE_STORAGE_ACCOUNT", "AZURE_STORAGE_KEY")
                .contains("AZURE_STORAGE_SAS_TOKEN", "--credentials-file");
        assertThat(fails(Map.of("AZURE_STORAGE_ACCOUNT", "acct"))).contains("no credentials");
        assertThat(fails(Map.of("AZURE_STORAGE_KEY", Ctl.KEY))).contains("AZURE_STORAGE_ACCOUNT");
        assertThat(fails(Map.of("AZURE_STORAGE_CONNECTION_STRING", " "))).contains("no credentials");
    }

    @Test
    void theConnectionStringGoesBeforeTheParts() {
        BlobAccount account = finds(Map.of(
                "AZURE_STORAGE_CONNECTION_STRING", "AccountName=first;AccountKey=" + Ctl.KEY,
                "AZURE_STORAGE_ACCOUNT", "second",
                "AZURE_STORAGE_KEY", Ctl.KEY));
        assertThat(account.endpoint()).hasToString("https://first.blob.core.windows.net");
    }

    @Test
    void theKeyGoesBeforeTheSas() {
        assertThat(finds(Map.of(
                        "AZURE_STORAGE_ACCOUNT", "acct", "AZURE_STORAGE_KEY", Ctl.KEY, "AZURE_STORAGE_SAS_TOKEN", SAS))
                        .credentials())
                .isInstanceOf(Credentials.SharedKey.class);
        assertThat(finds(Map.of("AZURE_STORAGE_ACCOUNT", "acct", "AZURE_STORAGE_SAS_TOKEN", "?" + SAS)).credentials())
                .isEqualTo(new Credentials.Sas(SAS));
    }

    @Test
    void theFileGoesBeforeTheEnvironment() throws Exception {
        ctl.environment.put("AZURE_STORAGE_CONNECTION_STRING", "AccountName=env;AccountKey=" + Ctl.KEY);
        assertThat(ofFile("AccountName=file;AccountKey=" + Ctl.KEY + "\n").endpoint().account()).hasToString("file");
        BlobAccount lines = ofFile("# for tests\nAZURE_STORAGE_ACCOUNT=lines\n\nAZURE_STORAGE_SAS_TOKEN='?" + SAS + "'\n");
        assertThat(lines.endpoint().account()).hasToString("lines");
        assertThat(lines.credentials()).isEqualTo(new Credentials.Sas(SAS));
    }

    @Test
    void badFilesAreRefusedWithoutShowingWhatIsInThem() throws Exception {
        assertThat(ctl.run("create disks/a --size 1MiB --credentials-file " + dir.resolve("none")))
                .isEqualTo(ExitCode.USAGE);
        assertThat(ctl.err).contains("can't read");
        for (String content : new String[] {"", "justakeywithoutname==", "AccountName=a b;AccountKey=topsecretvalue"}) {
            Path file = Files.writeString(dir.resolve("bad"), content);
            assertThat(ctl.run("create disks/a --size 1MiB --credentials-file " + file)).isEqualTo(ExitCode.USAGE);
            assertThat(ctl.err).doesNotContain("justakey").doesNotContain("topsecret");
        }
        assertThat(ctl.store.calls).isEmpty();
    }

    @Test
    void aFileThatEverybodyCanReadIsTold() throws Exception {
        Path file = Files.writeString(dir.resolve("open"), "AccountName=acct;AccountKey=" + Ctl.KEY);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        ctl.run("create disks/a --size 1MiB --credentials-file " + file);
        assertThat(ctl.err).contains("chmod 600");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        ctl.run("create disks/b --size 1MiB --credentials-file " + file);
        assertThat(ctl.err).isEmpty();
    }

    @Test
    void theEndpointOptionMovesTheAccountButNotToAnother() {
        ctl.run("create disks/a --size 1MiB --endpoint http://10.0.0.4:8080/acct");
        assertThat(ctl.opened.getLast().endpoint()).hasToString("http://10.0.0.4:8080/acct");
        assertThat(ctl.run("create disks/a --size 1MiB --endpoint http://10.0.0.4:8080/other")).isEqualTo(ExitCode.USAGE);
        assertThat(ctl.err).contains("account acct").contains("account other");
    }

    private BlobAccount finds(Map<String, String> environment) {
        ctl.environment.clear();
        ctl.environment.putAll(environment);
        ctl.run("create disks/any --size 1MiB");
        return ctl.opened.getLast();
    }

    private String fails(Map<String, String> environment) {
        ctl.environment.clear();
        ctl.environment.putAll(environment);
        assertThat(ctl.run("create disks/any --size 1MiB")).isEqualTo(ExitCode.USAGE);
        assertThat(ctl.opened).isEmpty();
        return ctl.err;
    }

    private BlobAccount ofFile(String content) throws Exception {
        Path file = Files.writeString(dir.resolve("credentials"), content);
        ctl.run("create disks/any --size 1MiB --credentials-file " + file);
        return ctl.opened.getLast();
    }
}
