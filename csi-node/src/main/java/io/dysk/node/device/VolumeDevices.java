package io.dysk.node.device;

import io.dysk.kernel.DeviceInfo;
import io.dysk.kernel.DyskControl;
import io.dysk.kernel.ModuleException;
import java.util.List;
import java.util.Optional;

/**
 * The devices of this driver's volumes on this machine: those with a label that says so. Devices that people attached are none of them.
 *
 * <p>Safe for use by many threads. Throws what {@link DyskControl} does.
 */
public final class VolumeDevices {
    private static final String LABEL = "csi ";

    private final DyskControl control;

    public VolumeDevices(DyskControl control) {
        this.control = control;
    }

    /** The label of a volume's device. */
    public static String label(String volumeId) {
        return LABEL + volumeId;
    }

    /** The volume that a device of {@link #all} is. */
    public static String volumeId(DeviceInfo device) {
        return device.label().substring(LABEL.length());
    }

    public List<DeviceInfo> all() {
        return control.list().stream().filter(device -> device.label().startsWith(LABEL)).toList();
    }

    /** A volume's device. */
    public Optional<DeviceInfo> find(String volumeId) {
        String label = label(volumeId);
        return control.list().stream().filter(device -> device.label().equals(label)).findFirst();
    }

    /** As {@link #find}; without the module nothing is attached. */
    public Optional<DeviceInfo> findIfLoaded(String volumeId) {
        try {
            return find(volumeId);
        } catch (ModuleException e) {
            if (e.notLoaded()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Removes a device; with force, open or not, and what isn't written yet is lost. */
    public void detach(DeviceInfo device, boolean force) {
        control.detach(device.index(), device.attachId(), force);
    }
}
