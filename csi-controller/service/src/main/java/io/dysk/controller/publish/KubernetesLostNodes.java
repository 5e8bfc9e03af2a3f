package io.dysk.controller.publish;

import io.dysk.rpc.contract.NodeId;
import io.dysk.rpc.kubernetes.KubernetesObjects;
import io.dysk.rpc.kubernetes.NodeTaints;
import java.io.IOException;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Lost are nodes of which Kubernetes says so: whose Node object was deleted, or has the taint {@code node.kubernetes.io/out-of-service}, by
 * which people say that a node is down and won't come back by itself. That it isn't ready is no sign: it may write all the same.
 *
 * <p>A deleted node that has registered again under its name is not lost: that may be the very machine, alive. The object of the node that
 * asks must be there too, else this is the wrong cluster, or names of nodes aren't Kubernetes', and all nodes would look deleted.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/concepts/cluster-administration/node-shutdown/#non-graceful-node-shutdown">Non-graceful
 * node shutdown handling</a>. Safe for use by many threads.
 */
public final class KubernetesLostNodes implements LostNodes {
    static final String OUT_OF_SERVICE = "node.kubernetes.io/out-of-service";

    private static final Logger LOG = Logger.getLogger(KubernetesLostNodes.class.getName());

    private final KubernetesObjects objects;

    /** @param objects of the cluster in which all nodes are that volumes are published to */
    public KubernetesLostNodes(KubernetesObjects objects) {
        this.objects = objects;
    }

    @Override
    public boolean isLost(NodeId node, Optional<NodeId> asking) throws IOException {
        if (asking.isPresent() && objects.get(NodeTaints.path(asking.get().name())).isEmpty()) {
            throw new IOException("Kubernetes knows no node " + asking.get().name() + ", which asks: --node-name of node plugins must be Kubernetes' name"
                    + " for the node");
        }
        Optional<String> object = objects.get(NodeTaints.path(node.name()));
        if (object.isEmpty()) {
            LOG.log(Level.WARNING, "node {0} is lost: it is deleted in Kubernetes", node.name());
            return true;
        }
        boolean tainted = NodeTaints.keys(object.get()).contains(OUT_OF_SERVICE);
        if (tainted) {
            LOG.log(Level.WARNING, "node {0} is lost: it has the taint " + OUT_OF_SERVICE, node.name());
        }
        return tainted;
    }
}
