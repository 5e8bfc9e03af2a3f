package io.dysk.node.startup;

import io.dysk.rpc.contract.NodeId;
import io.dysk.rpc.kubernetes.ApiServer;
import io.dysk.rpc.kubernetes.NodeTaints;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The taint that keeps pods from a new node until kubelet knows the driver there. It is put on by who makes nodes, and taken off here when
 * the node's CSINode lists the driver with this node's id.
 *
 * <p>Finds the taint in the text of the Node; what it takes off is tested by the patch itself, so a text that was misread changes nothing.
 */
final class StartupTaint {
    /** Its key; value and effect don't matter. */
    static final String KEY = "csi-dysk/agent-not-ready";

    private final ApiServer api;
    private final NodeId node;

    StartupTaint(ApiServer api, NodeId node) {
        this.api = api;
        this.node = node;
    }

    /** What a look found. */
    enum Found {
        /** No such taint: there is nothing to do any more. */
        NONE,
        /** It is there, and the driver isn't registered yet. */
        WAITING,
        /** One was there and is gone; there may be another with another effect. */
        REMOVED
    }

    /**
     * Looks once, and takes it off if the time has come.
     *
     * @throws IOException if the API can't be asked or refuses; also if somebody changed the taints at the same time
     */
    Found look() throws IOException {
        String path = NodeTaints.path(node.name());
        String object = api.get(path).orElseThrow(() -> new IOException("there is no node " + node.name() + ": --node-name must be Kubernetes' name for it"));
        int index = NodeTaints.keys(object).indexOf(KEY);
        if (index < 0) {
            return Found.NONE;
        }
        if (!registered()) {
            return Found.WAITING;
        }
        String at = "/spec/taints/" + index;
        api.patch(path, "[{\"op\":\"test\",\"path\":\"" + at + "/key\",\"value\":\"" + KEY + "\"},{\"op\":\"remove\",\"path\":\"" + at + "\"}]");
        return Found.REMOVED;
    }

    private boolean registered() throws IOException {
        Optional<String> drivers = api.get("/apis/storage.k8s.io/v1/csinodes/" + node.name());
        return drivers.map(text -> Pattern.compile("\"nodeID\"\\s*:\\s*\"" + Pattern.quote(node.toString()) + "\"").matcher(text).find()).orElse(false);
    }
}
