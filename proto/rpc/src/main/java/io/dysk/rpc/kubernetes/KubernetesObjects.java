package io.dysk.rpc.kubernetes;

import java.io.IOException;
import java.util.Optional;

/** Objects of a cluster, as its API has them now. */
@FunctionalInterface
public interface KubernetesObjects {
    /**
     * An object as JSON. Blocks for some seconds at most.
     *
     * @param path such as /api/v1/nodes/node-1
     * @return empty if there is no such object
     * @throws IOException if it can't be asked or refuses; the message says which and why
     */
    Optional<String> get(String path) throws IOException;
}
