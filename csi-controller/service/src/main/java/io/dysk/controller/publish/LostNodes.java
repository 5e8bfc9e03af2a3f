package io.dysk.controller.publish;

import io.dysk.rpc.contract.NodeId;
import java.io.IOException;
import java.util.Optional;

/** Which nodes are lost for good: what holds a volume there may be fenced. */
@FunctionalInterface
public interface LostNodes {
    /** None that this side knows of. */
    LostNodes NONE = (_, _) -> false;

    /**
     * Whether a node is lost. Blocks for some seconds at most.
     *
     * @param node the one that holds a volume
     * @param asking the one that wants it; empty if none does
     * @throws IOException if that can't be told; the message says why, for people. It is not lost then
     */
    boolean isLost(NodeId node, Optional<NodeId> asking) throws IOException;
}
