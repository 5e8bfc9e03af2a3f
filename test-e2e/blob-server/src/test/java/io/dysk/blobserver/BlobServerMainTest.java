package io.dysk.blobserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BlobServerMainTest {
    private static final String KEY = "c2VjcmV0c2VjcmV0c2VjcmV0";

    @Test
    void mistakesAreExplainedWithoutShowingKeys() {
        assertThatThrownBy(() -> BlobServerMain.parse("--prot", "1")).hasMessageContaining("--prot");
        assertThatThrownBy(() -> BlobServerMain.parse("--port")).hasMessageContaining("--port");
        assertThatThrownBy(() -> BlobServerMain.parse("--port", "70000")).hasMessage("--port must be 0 to 65535");
        assertThatThrownBy(() -> BlobServerMain.parse("--sync")).hasMessage("--sync needs --directory");
        assertThatThrownBy(() -> BlobServerMain.parse("--account", "Bad=" + KEY)).hasMessageNotContaining(KEY);
        assertThatThrownBy(() -> BlobServerMain.parse("--account=a=" + KEY)).hasMessageNotContaining(KEY);
        BlobServerConfig config = BlobServerConfig.defaults().withAccounts(Map.of("acct", "not*base64"));
        assertThatThrownBy(() -> BlobServer.start(config)).hasMessage("the account key is not base64");
        assertThat(config.toString()).doesNotContain("not*base64");
    }

    @Test
    void keysComeFromTheOptionOrFromAFile(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("key"), KEY + "\n");
        assertThat(BlobServerMain.parse("--account", "acct=" + KEY).accounts()).containsEntry("acct", KEY);
        assertThat(BlobServerMain.parse("--account", "acct=@" + file).accounts()).containsEntry("acct", KEY);
        assertThat(BlobServerMain.parse().accounts()).containsKey("devstoreaccount1");
        assertThat(BlobServerMain.parse("--help")).isNull();
    }

    @Test
    void aChildProcessSaysWhenItIsReady() throws IOException {
        try (ChildServer server = ChildServer.start()) {
            try (Wire wire = new Wire(server.port())) {
                wire.send("GET /_control/stats HTTP/1.1\r\n\r\n");
                assertThat(wire.receive(false).status()).isEqualTo(200);
            }
        }
    }
}
