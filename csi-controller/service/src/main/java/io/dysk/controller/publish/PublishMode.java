package io.dysk.controller.publish;

import io.dysk.controller.volume.VolumeCapabilities;
import io.dysk.csi.VolumeCapability;
import io.dysk.rpc.call.RpcFailure;

/** How a node uses a volume. */
enum PublishMode {
    /** One node, which may write; any number of pods there. */
    WRITER,
    /** Any number of nodes, none of which writes. */
    READER;

    /**
     * What a capability asks for.
     *
     * @param readonly the call's own wish: stronger than a mode that writes
     * @throws RpcFailure INVALID_ARGUMENT if it is not complete, or nothing that the driver can do
     */
    static PublishMode of(VolumeCapability capability, boolean readonly) {
        VolumeCapabilities.require(capability);
        return readonly || VolumeCapabilities.readsOnly(capability) ? READER : WRITER;
    }
}
