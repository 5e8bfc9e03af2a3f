package io.dysk.node.volume;

import io.dysk.csi.VolumeCapability;
import io.dysk.kernel.MountOptions;
import io.dysk.rpc.call.RpcFailure;
import java.util.List;
import java.util.Map;

/** How a volume is to be used: a checked volume capability. */
public sealed interface VolumeUse {
    /** The StorageClass's file system for volumes whose claim names none. */
    String FS_TYPE = "fsType";
    /** The StorageClass's mount options, with commas between. */
    String MOUNT_OPTIONS = "mountOptions";

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

    /**
     * Reads a capability, and from the StorageClass what it leaves open: a file system if it names none, and more mount options, which
     * come first so that the capability's count more.
     *
     * @param context of the volume
     * @throws RpcFailure INVALID_ARGUMENT if it isn't complete, FAILED_PRECONDITION if this driver doesn't offer it
     */
    static VolumeUse of(boolean given, VolumeCapability capability, Map<String, String> context) {
        if (!capability.hasMount()) {
            return of(given, capability);
        }
        VolumeCapability.MountVolume.Builder mount = capability.getMount().toBuilder();
        if (mount.getFsType().isEmpty()) {
            mount.setFsType(context.getOrDefault(FS_TYPE, ""));
        }
        String more = context.getOrDefault(MOUNT_OPTIONS, "");
        if (!more.isEmpty()) {
            mount.clearMountFlags().addAllMountFlags(List.of(more.split(","))).addAllMountFlags(capability.getMount().getMountFlagsList());
        }
        return of(given, capability.toBuilder().setMount(mount).build());
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
