package io.dysk.rpc.identity;

import io.dysk.csi.PluginCapability;
import java.util.ArrayList;
import java.util.List;

/** What the driver as a whole can do: CSI wants the same answer from each of its programs. */
public final class DriverCapabilities {
    private DriverCapabilities() {}

    /** @param topology whether it is set up to tell places apart: not every node reaches every account */
    public static List<PluginCapability> of(boolean topology) {
        List<PluginCapability> capabilities = new ArrayList<>();
        capabilities.add(service(PluginCapability.Service.Type.CONTROLLER_SERVICE));
        capabilities.add(service(PluginCapability.Service.Type.SNAPSHOT_METADATA_SERVICE));
        if (topology) {
            capabilities.add(service(PluginCapability.Service.Type.VOLUME_ACCESSIBILITY_CONSTRAINTS));
        }
        capabilities.add(PluginCapability.newBuilder().setVolumeExpansion(
                PluginCapability.VolumeExpansion.newBuilder().setType(PluginCapability.VolumeExpansion.Type.ONLINE)).build());
        return List.copyOf(capabilities);
    }

    private static PluginCapability service(PluginCapability.Service.Type type) {
        return PluginCapability.newBuilder().setService(PluginCapability.Service.newBuilder().setType(type)).build();
    }
}
