package io.dysk.controller.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dysk.rpc.contract.NodeId;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KubernetesLostNodesTest {
    private static final NodeId HOLDER = new NodeId("node-a");
    private static final NodeId ASKING = new NodeId("node-b");

    private final Map<String, String> objects = new HashMap<>();
    private final LostNodes nodes = new KubernetesLostNodes(path -> Optional.ofNullable(objects.get(path)));

    @BeforeEach
    void bothAreThere() {
        node("node-a", "");
        node("node-b", "");
    }

    @Test
    void aNodeThatKubernetesHasIsNotLost() throws IOException {
        assertThat(nodes.isLost(HOLDER, Optional.of(ASKING))).isFalse();
    }

    @Test
    void aNodeThatIsOnlyNotReadyIsNotLost() throws IOException {
        node("node-a", "\"taints\":[{\"key\":\"node.kubernetes.io/unreachable\",\"effect\":\"NoExecute\",\"timeAdded\":\"2026-11-22T00:00:00Z\"},"
                + "{\"key\":\"example.com/node.kubernetes.io/out-of-service\",\"effect\":\"NoSchedule\"},"
                + "{\"key\":\"x\",\"value\":\"node.kubernetes.io/out-of-service\",\"effect\":\"NoSchedule\"}]");
        assertThat(nodes.isLost(HOLDER, Optional.of(ASKING))).isFalse();
    }

    @Test
    void theTaintInAnAnnotationIsNone() throws IOException {
        objects.put("/api/v1/nodes/node-a", "{\"metadata\":{\"name\":\"node-a\",\"annotations\":{\"last\":"
                + "\"{\\\"taints\\\":[{\\\"key\\\":\\\"node.kubernetes.io/out-of-service\\\"}]}\"}},\"spec\":{}}");
        assertThat(nodes.isLost(HOLDER, Optional.of(ASKING))).isFalse();
    }

    @Test
    void aNodeThatIsOutOfServiceIsLost() throws IOException {
        node("node-a", "\"taints\": [ {\"effect\": \"NoSchedule\", \"key\": \"first\"}, {\n \"key\": \"node.kubernetes.io/out-of-service\",\n \"value\": \"nodeshutdown\","
                + " \"effect\": \"NoExecute\" } ]");
        assertThat(nodes.isLost(HOLDER, Optional.of(ASKING))).isTrue();
    }

    @Test
    void aNodeThatWasDeletedIsLost() throws IOException {
        objects.remove("/api/v1/nodes/node-a");
        assertThat(nodes.isLost(HOLDER, Optional.of(ASKING))).isTrue();
    }

    @Test
    void whereTheNodeThatAsksIsUnknownNothingIsSaidOfAnyOther() {
        objects.clear();
        assertThatThrownBy(() -> nodes.isLost(HOLDER, Optional.of(ASKING))).isInstanceOf(IOException.class).hasMessageContainingAll("no node node-b", "--node-name");
    }

    @Test
    void aVolumeThatNobodyWantsAnyMoreIsAskedForByNoNode() throws IOException {
        objects.clear();
        assertThat(nodes.isLost(HOLDER, Optional.empty())).isTrue();
        node("node-a", "");
        assertThat(nodes.isLost(HOLDER, Optional.empty())).isFalse();
    }

    @Test
    void whenKubernetesDoesNotAnswerNothingIsSaidOfAnyNode() {
        LostNodes unanswered = new KubernetesLostNodes(path -> {
            if (path.endsWith("node-a")) {
                throw new IOException("get " + path + " is answered with 500");
            }
            return Optional.ofNullable(objects.get(path));
        });
        assertThatThrownBy(() -> unanswered.isLost(HOLDER, Optional.of(ASKING))).isInstanceOf(IOException.class).hasMessageContaining("500");
    }

    private void node(String name, String spec) {
        objects.put("/api/v1/nodes/" + name, "{\"kind\":\"Node\",\"metadata\":{\"name\":\"" + name + "\",\"uid\":\"1\"},\"spec\":{" + spec + "}}");
    }
}
