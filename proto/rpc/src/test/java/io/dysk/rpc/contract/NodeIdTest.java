package io.dysk.rpc.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dysk.rpc.call.RpcFailure;
import io.grpc.Status.Code;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeIdTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "~", "node-1", "node-1~", "node-1~00000000", "~d02a3cd5", "node 1~00000000", "some-random-id", "\u0000"})
    void a_text_that_no_plugin_gave_is_NOT_FOUND(String id) {
        assertThatThrownBy(() -> NodeId.parse(id)).isInstanceOfSatisfying(RpcFailure.class,
                failure -> assertThat(failure.code()).isEqualTo(Code.NOT_FOUND));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a~b", "\u00e9", "a\n"})
    void a_name_that_can_not_be(String name) {
        assertThatThrownBy(() -> new NodeId(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void another_nodes_digits_do_not_fit() {
        String digits = new NodeId("node-2").toString().substring("node-2".length());
        assertThatThrownBy(() -> NodeId.parse("node-1" + digits)).isInstanceOf(RpcFailure.class);
    }

    @Test
    void there_and_back_and_always_the_same() {
        NodeId node = new NodeId("aks-pool-123.westeurope");
        assertThat(NodeId.parse(node.toString())).isEqualTo(node);
        assertThat(node.toString()).matches("aks-pool-123\\.westeurope~[0-9a-f]{8}");
        assertThat(new NodeId("n".repeat(200)).toString()).hasSize(209);
        assertThatThrownBy(() -> new NodeId("n".repeat(201))).isInstanceOf(IllegalArgumentException.class);
        // Leases are named after it: it must be the same in every version.
        assertThat(new NodeId("node-1")).hasToString("node-1~3b050f01");
    }
}
