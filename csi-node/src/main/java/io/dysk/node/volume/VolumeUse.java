package io.dysk.node.volume;

import io.dysk.csi.VolumeCapability;
import io.dysk.kernel.MountOptions;
import io.dysk.rpc.call.RpcFailure;

/** How a volume is to be used: a checked volume capability. */
public sealed interface VolumeUse {
    AccessMode mode();

    /** As a raw block device. */
    record Block(AccessMode mode) implements VolumeUse {}

    /**
     * As a directory.
     *
     * @param fileSystem type of the file system, or empty: whatever it has, else the default
     * @param options mount options; never shown, since they may hold secrets
     */
    record Mount(AccessMode mode, String fileSystem, MountOptions options) implements VolumeUse {}

    /**
     * Reads a capability.
     *
     * @throws RpcFailure INVALID_ARGUMENT if it isn't complete, FAILED_PRECONDITION if this driver doesn't offer it
     */
    static VolumeUse of(boolean given, VolumeCapability capability) {
        if (!given) {
            throw RpcFailure.invalidArgument("the volume capability is missing");
        }
        AccessMode mode = AccessMode.of(capability.getAccessMode().getMode());
        return switch (capability.getAccessTypeCase()) {
            case BLOCK -> new Block(mode);
            case MOUNT -> {
                VolumeCapability.MountVolume mount = capability.getMount();
                if (!mount.getVolumeMountGroup().isEmpty()) {
                    throw RpcFailure.invalidArgument("a mount group isn't offered: let Kubernetes set the files' group (fsGroupPolicy: File)");
                }
                yield new Mount(mode, mount.getFsType(), options(mount));
            }
            case ACCESSTYPE_NOT_SET -> throw RpcFailure.invalidArgument("the volume capability says neither 'block' nor 'mount'");
        };
    }

    private static MountOptions options(VolumeCapability.MountVolume mount) {
        try {
            return MountOptions.parse(mount.getMountFlagsList());
        } catch (IllegalArgumentException e) {
            // Not as the cause: options are not to be logged.
            throw RpcFailure.invalidArgument("a mount option isn't valid text");
        }
    }
}
