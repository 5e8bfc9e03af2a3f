package io.dysk.rpc.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NodeTaintsTest {
    @Test
    void theKeysAreInTheOrderOfTheObject() {
        assertThat(NodeTaints.keys("{\"metadata\":{\"name\":\"a\"},\"spec\":{\"podCIDR\":\"10.0.0.0/24\",\"taints\":[{\"key\":\"b\",\"effect\":\"NoSchedule\"},"
                + "{\"effect\":\"NoExecute\",\"key\":\"a\",\"value\":\"key\"}]}}")).containsExactly("b", "a");
    }

    @Test
    void aNodeWithoutTaintsHasNone() {
        assertThat(NodeTaints.keys("{\"spec\":{}}")).isEmpty();
        assertThat(NodeTaints.keys("{\"spec\":{\"taints\":[]}}")).isEmpty();
    }

    @Test
    void whatOnlyLooksLikeTaintsIsNotTakenForThem() {
        assertThat(NodeTaints.keys("{\"metadata\":{\"annotations\":{\"last\":\"{\\\"taints\\\":[{\\\"key\\\":\\\"a\\\"}]}\"},\"managedFields\":[{\"fieldsV1\":"
                + "{\"f:spec\":{\"f:taints\":{}}}}],\"labels\":{\"taints\":\"a\"}},\"spec\":{\"taints\":[{\"key\":\"b\"}]}}")).containsExactly("b");
    }

    @Test
    void aTaintWithoutAKeyKeepsItsPlace() {
        assertThat(NodeTaints.keys("{\"taints\":[{\"effect\":\"NoExecute\"},{\"key\":\"b\"}]}")).containsExactly("", "b");
    }
}
