package io.dysk.node.attach;

import io.dysk.kernel.DeviceInfo;
import io.dysk.kernel.DeviceState;
import io.dysk.kernel.DyskControl;
import io.dysk.kernel.Errno;
import io.dysk.kernel.ModuleException;
import io.dysk.kernel.MountEntry;
import io.dysk.kernel.SystemCallException;
import io.dysk.node.device.DeviceUses;
import io.dysk.node.device.VolumeDevices;
import io.dysk.node.system.MountPoints;
import io.dysk.rpc.call.RpcFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Takes a volume's mounts away from a path, also when there are several, one over the other. Leaves alone what isn't the volume's.
 *
 * <p>An unmount writes back what isn't written yet and blocks until the storage service has taken it. That of a device that is out of
 * service has nothing to wait for: if it doesn't end soon it is taken out of the tree, and ends by itself.
 */
public final class MountRemoval {
    private final DyskControl control;
    private final MountPoints mounts;
    private final Duration patience;

    /** @param patience with the unmount of a device that is out of service */
    public MountRemoval(DyskControl control, MountPoints mounts, Duration patience) {
        this.control = control;
        this.mounts = mounts;
        this.patience = patience;
    }

    /**
     * Unmounts until nothing is mounted there.
     *
     * @param path with resolved folders; it may be gone
     * @param each called after each unmount
     * @throws RpcFailure FAILED_PRECONDITION if something else is mounted there, or it is in use
     */
    public void removeAll(String volumeId, Path path, Runnable each) {
        for (Optional<MountEntry> entry = mounts.table().at(path); entry.isPresent(); entry = mounts.table().at(path)) {
            remove(volumeId, entry.get());
            each.run();
        }
    }

    private void remove(String volumeId, MountEntry entry) {
        Path path = entry.mountPoint();
        Optional<DeviceInfo> device = devices().stream().filter(attached -> DeviceUses.isOf(attached, entry)).findFirst();
        boolean other = device.filter(attached -> !attached.label().equals(VolumeDevices.label(volumeId))).isPresent();
        if (other || !DeviceUses.isAny(entry)) {
            throw RpcFailure.failedPrecondition("what is mounted at " + path + " is not this volume but " + entry.source() + " (" + entry.type()
                    + "); it is left there. Unmount it by hand if it doesn't belong there");
        }
        boolean dead = device.map(attached -> attached.health().state() == DeviceState.DEAD).orElse(true);
        if (dead) {
            removeDead(path);
        } else {
            removeLive(path);
        }
    }

    private List<DeviceInfo> devices() {
        try {
            return control.list();
        } catch (ModuleException e) {
            if (e.notLoaded()) {
                return List.of();
            }
            throw e;
        }
    }

    private void removeLive(Path path) {
        try {
            mounts.unmount(path);
        } catch (SystemCallException e) {
            if (e.errno().equals(Errno.EBUSY)) {
                throw RpcFailure.failedPrecondition("a process uses files at " + path + ": stop it ('fuser -vm " + path + "' names it), then try again");
            }
            throw e;
        }
    }

    private void removeDead(Path path) {
        Thread unmount = Thread.ofPlatform().daemon().name("unmount " + path).start(() -> {
            try {
                mounts.unmount(path);
            } catch (SystemCallException e) {
                // Busy, most likely. What comes next works nevertheless.
            }
        });
        try {
            unmount.join(patience);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw RpcFailure.unavailable("the plugin ends; try again");
        }
        if (mounts.table().at(path).isPresent()) {
            mounts.unmountLazily(path);
        }
    }
}
