package io.dysk.node.volume;

import io.dysk.rpc.call.RpcFailure;
import java.nio.charset.StandardCharsets;

/** The id of a volume, as far as the node looks at it: not at all, beyond its size. */
public final class VolumeIds {
    private static final int MAX_BYTES = 128;

    private VolumeIds() {}

    /** @throws RpcFailure INVALID_ARGUMENT if it is missing or too long */
    public static String require(String id) {
        if (id.isEmpty()) {
            throw RpcFailure.invalidArgument("the volume id is missing");
        }
        if (id.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw RpcFailure.invalidArgument("the volume id has more than " + MAX_BYTES + " bytes: no volume of this driver has such an id");
        }
        return id;
    }
}
