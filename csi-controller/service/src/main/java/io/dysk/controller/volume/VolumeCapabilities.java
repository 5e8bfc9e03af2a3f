package io.dysk.controller.volume;

import io.dysk.csi.VolumeCapability;
import io.dysk.csi.VolumeCapability.AccessMode.Mode;
import io.dysk.rpc.call.RpcFailure;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** In which ways volumes can be used. */
public final class VolumeCapabilities {
    /** File systems that nodes can make and mount; the first is the default. */
    public static final List<String> FILE_SYSTEMS = List.of("ext4", "xfs", "btrfs");

    private static final Set<Mode> MODES = Set.of(Mode.SINGLE_NODE_WRITER, Mode.SINGLE_NODE_SINGLE_WRITER, Mode.SINGLE_NODE_MULTI_WRITER,
            Mode.SINGLE_NODE_READER_ONLY, Mode.MULTI_NODE_READER_ONLY);
    private static final Set<Mode> READERS = Set.of(Mode.SINGLE_NODE_READER_ONLY, Mode.MULTI_NODE_READER_ONLY);

    private VolumeCapabilities() {}

    /**
     * Makes sure that there are capabilities, and that volumes can be used in all of these ways.
     *
     * @throws RpcFailure INVALID_ARGUMENT if not, and which one it is
     */
    public static void require(List<VolumeCapability> capabilities) {
        if (capabilities.isEmpty()) {
            throw RpcFailure.invalidArgument("the volume capabilities are missing: say how it is to be used");
        }
        capabilities.forEach(VolumeCapabilities::require);
    }

    /**
     * Makes sure that volumes can be used so.
     *
     * @throws RpcFailure INVALID_ARGUMENT if not
     */
    public static void require(VolumeCapability capability) {
        incomplete(capability).or(() -> unsupported(capability)).ifPresent(fault -> {
            throw RpcFailure.invalidArgument(fault);
        });
    }

    /** What a capability lacks to be one. */
    static Optional<String> incomplete(VolumeCapability capability) {
        if (capability.getAccessTypeCase() == VolumeCapability.AccessTypeCase.ACCESSTYPE_NOT_SET) {
            return Optional.of("a volume capability has no access type: block or mount");
        }
        if (capability.getAccessMode().getMode() == Mode.UNKNOWN) {
            return Optional.of("a volume capability has no access mode");
        }
        return Optional.empty();
    }

    /** Why volumes can't be used so; empty if they can. Mount flags are not among it: they are checked, and kept secret, on the node. */
    public static Optional<String> unsupported(VolumeCapability capability) {
        Mode mode = capability.getAccessMode().getMode();
        if (!MODES.contains(mode)) {
            return Optional.of("access mode " + mode + " is not possible: a volume has one writer, on one node; for many nodes it is read-only "
                    + "(ReadWriteOnce, ReadWriteOncePod and ReadOnlyMany in Kubernetes)");
        }
        String fileSystem = capability.getMount().getFsType();
        if (capability.hasMount() && !fileSystem.isEmpty() && !FILE_SYSTEMS.contains(fileSystem)) {
            return Optional.of("file system '" + fileSystem + "' is not possible: expected one of " + String.join(", ", FILE_SYSTEMS));
        }
        return Optional.empty();
    }

    /** Whether the volume is only read when it is used so. */
    public static boolean readsOnly(VolumeCapability capability) {
        return READERS.contains(capability.getAccessMode().getMode());
    }
}
