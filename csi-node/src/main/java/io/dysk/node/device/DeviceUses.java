package io.dysk.node.device;

import io.dysk.kernel.DeviceInfo;
import io.dysk.kernel.MountEntry;
import io.dysk.kernel.MountTable;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Where devices of the module are in the mount table: mounted as file systems, or bound as block devices. */
public final class DeviceUses {
    private static final String DEVICE_FILE_SYSTEM = "devtmpfs";

    private DeviceUses() {}

    /** All uses of one device. */
    public static List<MountEntry> of(DeviceInfo device, MountTable table) {
        return table.entries().stream().filter(entry -> isOf(device, entry)).toList();
    }

    /**
     * Whether this entry is the device. btrfs has a device number of its own making in the table, so the source counts too; a bound device
     * node is a part of the file system under /dev.
     */
    public static boolean isOf(DeviceInfo device, MountEntry entry) {
        return isFileSystemOf(device, entry) || isNodeOf(device, entry);
    }

    /** Whether this entry is a mount of a file system on the device. */
    public static boolean isFileSystemOf(DeviceInfo device, MountEntry entry) {
        return entry.device().equals(device.number()) || entry.source().equals(device.device().toString());
    }

    /** Whether this entry is the device's node, bound somewhere. */
    private static boolean isNodeOf(DeviceInfo device, MountEntry entry) {
        return entry.type().equals(DEVICE_FILE_SYSTEM) && entry.root().equals("/" + device.device().getFileName());
    }

    /** Whether this entry is a device's node, and no file system on the device. */
    public static boolean isBoundNode(MountEntry entry) {
        return entry.type().equals(DEVICE_FILE_SYSTEM);
    }

    /** Whether this entry is any device of the module, attached still or not. */
    public static boolean isAny(MountEntry entry) {
        return entry.source().matches("/dev/dysk\\d+") || entry.type().equals(DEVICE_FILE_SYSTEM) && entry.root().matches("/dysk\\d+(//deleted)?");
    }

    /** Their mount points, for a message. */
    public static String points(List<MountEntry> entries) {
        return entries.stream().map(MountEntry::mountPoint).map(Path::toString).collect(Collectors.joining(", "));
    }
}
