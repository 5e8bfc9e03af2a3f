package io.dysk.controller;

import io.dysk.csi.ControllerGetCapabilitiesResponse;
import io.dysk.csi.ControllerServiceCapability;
import io.dysk.csi.ControllerServiceCapability.RPC.Type;
import io.dysk.csi.PluginCapability;
import io.dysk.rpc.identity.DriverCapabilities;
import java.util.ArrayList;
import java.util.List;

/**
 * What the controller can do. Calls that carry no secrets can be answered with accounts of the driver's own only, and are
 * offered with such only. Group snapshots are not offered: the service has none that are consistent over several blobs.
 *
 * @param ownAccounts whether the driver has accounts of its own
 * @param topology whether one of them says from where it can be reached
 */
record ControllerCapabilities(boolean ownAccounts, boolean topology) {
    private static final List<Type> ALWAYS = List.of(Type.CREATE_DELETE_VOLUME, Type.PUBLISH_UNPUBLISH_VOLUME, Type.CREATE_DELETE_SNAPSHOT,
            Type.CLONE_VOLUME, Type.PUBLISH_READONLY, Type.EXPAND_VOLUME, Type.SINGLE_NODE_MULTI_WRITER, Type.MODIFY_VOLUME, Type.GET_SNAPSHOT,
            Type.GET_VOLUME_HEALTH, Type.LIST_VOLUME_HEALTH);
    private static final List<Type> WITH_OWN_ACCOUNTS = List.of(Type.LIST_VOLUMES, Type.LIST_VOLUMES_PUBLISHED_NODES, Type.GET_CAPACITY,
            Type.LIST_SNAPSHOTS, Type.GET_VOLUME, Type.VOLUME_CONDITION);

    ControllerGetCapabilitiesResponse ofController() {
        List<Type> types = new ArrayList<>(ALWAYS);
        if (ownAccounts) {
            types.addAll(WITH_OWN_ACCOUNTS);
        }
        ControllerGetCapabilitiesResponse.Builder response = ControllerGetCapabilitiesResponse.newBuilder();
        types.forEach(type -> response.addCapabilities(
                ControllerServiceCapability.newBuilder().setRpc(ControllerServiceCapability.RPC.newBuilder().setType(type))));
        return response.build();
    }

    List<PluginCapability> ofPlugin() {
        return DriverCapabilities.of(topology);
    }
}
