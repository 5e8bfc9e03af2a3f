package io.dysk.node.volume;

import io.dysk.csi.VolumeCapability;
import io.dysk.rpc.call.RpcFailure;

/** How many may use a volume, as far as this driver offers it. */
public enum AccessMode {
    /** One node; older callers mean by it any number of pods there. */
    SINGLE_NODE_WRITER(false),
    /** One node, one path on it. */
    SINGLE_NODE_SINGLE_WRITER(false),
    /** One node, any number of paths on it. */
    SINGLE_NODE_MULTI_WRITER(false),
    SINGLE_NODE_READER_ONLY(true),
    MULTI_NODE_READER_ONLY(true);

    private final boolean readOnly;

    AccessMode(boolean readOnly) {
        this.readOnly = readOnly;
    }

    public boolean readOnly() {
        return readOnly;
    }

    static AccessMode of(VolumeCapability.AccessMode.Mode mode) {
        return switch (mode) {
            case SINGLE_NODE_WRITER -> SINGLE_NODE_WRITER;
            case SINGLE_NODE_SINGLE_WRITER -> SINGLE_NODE_SINGLE_WRITER;
            case SINGLE_NODE_MULTI_WRITER -> SINGLE_NODE_MULTI_WRITER;
            case SINGLE_NODE_READER_ONLY -> SINGLE_NODE_READER_ONLY;
            case MULTI_NODE_READER_ONLY -> MULTI_NODE_READER_ONLY;
            case UNKNOWN, UNRECOGNIZED -> throw RpcFailure.invalidArgument("the volume capability has no access mode");
            case MULTI_NODE_SINGLE_WRITER, MULTI_NODE_MULTI_WRITER -> throw RpcFailure.failedPrecondition(
                    "access mode " + mode + " isn't offered: a page blob has one writer; use ReadWriteOnce, ReadWriteOncePod or ReadOnlyMany");
        };
    }
}
