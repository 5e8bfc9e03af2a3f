package io.dysk.node.stage;

import io.dysk.kernel.DeviceInfo;
import io.dysk.kernel.MountEntry;
import io.dysk.kernel.MountTable;
import io.dysk.node.attach.AttachOrder;
import io.dysk.node.attach.MountRemoval;
import io.dysk.node.device.DeviceUses;
import io.dysk.node.device.VolumeDevices;
import io.dysk.node.step.StageStep;
import io.dysk.node.system.MountPoints;
import io.dysk.node.volume.VolumeUse;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.step.Steps;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What of a volume is staged already, and whether that is what is asked for. */
public final class StagedState {
    private final VolumeDevices devices;
    private final MountPoints mounts;
    private final MountRemoval removal;

    public StagedState(VolumeDevices devices, MountPoints mounts, MountRemoval removal) {
        this.devices = devices;
        this.mounts = mounts;
        this.removal = removal;
    }

    /** Whether it is mounted anywhere on this node. */
    boolean isInUse(String volumeId) {
        MountTable table = mounts.table();
        return devices.find(volumeId).map(device -> !DeviceUses.of(device, table).isEmpty()).orElse(false);
    }

    /**
     * For a block volume.
     *
     * @throws RpcFailure ALREADY_EXISTS if its file system is mounted
     */
    void requireNotMounted(String volumeId, Path path) {
        MountTable table = mounts.table();
        List<MountEntry> mounted = devices.find(volumeId).map(device -> DeviceUses.of(device, table)).orElse(List.of()).stream()
                .filter(entry -> !DeviceUses.isBoundNode(entry)).toList();
        if (!mounted.isEmpty()) {
            throw RpcFailure.alreadyExists("it is staged as a mount volume at " + DeviceUses.points(mounted) + ", not as a block volume: unstage it first");
        }
    }

    /**
     * For a mount volume: whether it is mounted at its staging path. What an attachment that is gone has left there is taken away.
     *
     * @throws RpcFailure ALREADY_EXISTS if it is, but not as asked for; FAILED_PRECONDITION if something else is
     */
    boolean isMounted(AttachOrder order, VolumeUse.Mount use, Path path, Steps steps) {
        MountTable table = mounts.table();
        Optional<DeviceInfo> device = devices.find(order.volumeId());
        List<MountEntry> uses = device.map(found -> DeviceUses.of(found, table)).orElse(List.of());
        List<MountEntry> bound = uses.stream().filter(DeviceUses::isBoundNode).toList();
        if (!bound.isEmpty()) {
            throw RpcFailure.alreadyExists("it is a block volume at " + DeviceUses.points(bound) + ", not a mount volume: unpublish and unstage it first");
        }
        Optional<MountEntry> at = table.at(path);
        if (at.isPresent() && uses.contains(at.get())) {
            requireAsAsked(device.orElseThrow(), at.get(), order, use);
            return true;
        }
        if (!uses.isEmpty()) {
            throw RpcFailure.failedPrecondition("it is mounted at " + DeviceUses.points(uses) + " already: unpublish and unstage it there first");
        }
        removal.removeAll(order.volumeId(), path, () -> steps.reached(StageStep.STALE_MOUNT_REMOVED));
        return false;
    }

    /** Type of the file system at a staging path at which one is mounted. */
    String typeAt(Path path) {
        return mounts.table().at(path).map(MountEntry::type).orElseThrow(() -> RpcFailure.aborted("it was unmounted at " + path + " meanwhile; try again"));
    }

    private static void requireAsAsked(DeviceInfo device, MountEntry entry, AttachOrder order, VolumeUse.Mount use) {
        if (device.readOnly() != order.readOnly()) {
            throw otherwise(device.readOnly() ? "read-only" : "for writing");
        }
        if (!use.fileSystem().isEmpty() && !use.fileSystem().equals(entry.type())) {
            throw otherwise("as " + entry.type());
        }
        if (!entry.options().flags().containsAll(use.options().flags())) {
            throw otherwise("with other mount options");
        }
    }

    private static RpcFailure otherwise(String how) {
        return RpcFailure.alreadyExists("it is staged " + how + " already: unstage it first, or ask for the same");
    }
}
