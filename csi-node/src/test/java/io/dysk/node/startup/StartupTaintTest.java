package io.dysk.node.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dysk.node.startup.StartupTaint.Found;
import io.dysk.rpc.contract.NodeId;
import io.dysk.rpc.kubernetes.ApiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against an API server of our own that speaks TLS, checks the token and applies the patch. */
class StartupTaintTest {
    private static final NodeId NODE = new NodeId("node-1");
    private static final String OTHER = "{\"key\":\"node.kubernetes.io/not-ready\",\"effect\":\"NoSchedule\"}";
    private static final String OURS = "{\"key\":\"csi-dysk/agent-not-ready\",\"value\":\"true\",\"effect\":\"NoExecute\",\"timeAdded\":\"2026-01-01T00:00:00Z\"}";

    @TempDir
    private Path folder;

    private FakeApiServer server;
    private ApiServer api;

    @BeforeEach
    void begin() throws Exception {
        server = FakeApiServer.start(folder);
        api = new ApiServer(server.uri(), folder);
    }

    @AfterEach
    void end() {
        api.close();
        server.close();
    }

    private Found look() throws IOException {
        return new StartupTaint(api, NODE).look();
    }

    @Test
    void itStaysUntilKubeletHasRegisteredTheDriver() throws Exception {
        server.taints(OTHER, OURS);
        server.csiNode("{\"name\":\"csi-dysk\",\"nodeID\":\"node-2~00000000\"}");

        assertThat(look()).isEqualTo(Found.WAITING);
        assertThat(server.taints()).containsExactly(OTHER, OURS);
    }

    @Test
    void itStaysWhileThereIsNoCsiNode() throws Exception {
        server.taints(OURS);

        assertThat(look()).isEqualTo(Found.WAITING);
        assertThat(server.taints()).containsExactly(OURS);
    }

    @Test
    void itAloneIsTakenOff() throws Exception {
        server.taints(OTHER, OURS, OTHER);
        server.csiNode("{\"name\":\"csi-dysk\",\"nodeID\":\"" + NODE + "\"}");

        assertThat(look()).isEqualTo(Found.REMOVED);
        assertThat(server.taints()).containsExactly(OTHER, OTHER);
        assertThat(look()).isEqualTo(Found.NONE);
    }

    @Test
    void oneWithAnotherEffectIsTakenOffToo() throws Exception {
        server.taints(OURS, OURS.replace("NoExecute", "NoSchedule"));
        server.csiNode("{\"name\":\"csi-dysk\",\"nodeID\":\"" + NODE + "\"}");

        assertThat(look()).isEqualTo(Found.REMOVED);
        assertThat(look()).isEqualTo(Found.REMOVED);
        assertThat(server.taints()).isEmpty();
        assertThat(look()).isEqualTo(Found.NONE);
    }

    @Test
    void whenTaintsChangeMeanwhileNoOtherIsTakenOff() throws Exception {
        server.taints(OTHER, OURS);
        server.csiNode("{\"name\":\"csi-dysk\",\"nodeID\":\"" + NODE + "\"}");
        server.beforePatch(() -> server.taints(OURS, OTHER));

        assertThatThrownBy(this::look).isInstanceOf(IOException.class).hasMessageContaining("422");
        assertThat(server.taints()).containsExactly(OURS, OTHER);
    }

    @Test
    void aTaintThatOnlyAnAnnotationNamesIsNone() throws Exception {
        server.annotation("{\\\"spec\\\":{\\\"taints\\\":[{\\\"key\\\":\\\"csi-dysk/agent-not-ready\\\"}]}}");
        server.taints(OTHER);

        assertThat(look()).isEqualTo(Found.NONE);
    }

    @Test
    void aNodeThatIsNotThereIsSaidByName() {
        server.noNode();

        assertThatThrownBy(this::look).hasMessageContaining("there is no node node-1").hasMessageContaining("--node-name");
    }

    @Test
    void aServiceAccountWithoutTheRightIsSaid() throws Exception {
        server.taints(OURS);
        Files.writeString(folder.resolve("token"), "another");

        assertThatThrownBy(this::look).hasMessageContaining("403").hasMessageContaining("no right").hasMessageNotContaining("another");
    }

    @Test
    void aNewTokenCounts() throws Exception {
        Files.writeString(folder.resolve("token"), "another");
        assertThatThrownBy(this::look).isInstanceOf(IOException.class);

        Files.writeString(folder.resolve("token"), FakeApiServer.TOKEN + "\n");
        assertThat(look()).isEqualTo(Found.NONE);
    }

    @Test
    void aServerOfAnotherAuthorityIsNotTrusted(@TempDir Path elsewhere) throws Exception {
        try (FakeApiServer _ = FakeApiServer.start(elsewhere); ApiServer wrong = new ApiServer(server.uri(), elsewhere)) {
            assertThatThrownBy(() -> new StartupTaint(wrong, NODE).look()).isInstanceOf(IOException.class);
            assertThat(server.requests()).isZero();
        }
    }

    @Test
    void withoutAServiceAccountItIsSaidWhatIsMissing(@TempDir Path empty) {
        assertThatThrownBy(() -> new ApiServer(server.uri(), empty)).hasMessageContaining("ca.crt").hasMessageContaining("automountServiceAccountToken");
    }
}
