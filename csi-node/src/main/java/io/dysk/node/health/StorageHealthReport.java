package io.dysk.node.health;

import io.dysk.csi.NodeGetStorageHealthRequest;
import io.dysk.csi.NodeGetStorageHealthResponse.StorageBackendHealth;
import io.dysk.csi.NodeGetStorageHealthResponse;
import io.dysk.csi.StorageHealthErrorType;
import io.dysk.kernel.DeviceInfo;
import io.dysk.kernel.DeviceState;
import io.dysk.kernel.ModuleException;
import io.dysk.kernel.Reason;
import io.dysk.node.device.VolumeDevices;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * NodeGetStorageHealth (CSI 1.13): whether this node reaches the storage that it uses, from what its devices meet. With nothing attached
 * there is nothing to tell.
 */
public final class StorageHealthReport {
    /** What tells of the way to the storage or of the storage, and not of one volume. */
    private static final Set<Reason> OF_THE_STORAGE = EnumSet.of(Reason.NO_ROUTE, Reason.REFUSED, Reason.TIMEOUT, Reason.RESET, Reason.BAD_ANSWER,
            Reason.NO_PATH, Reason.CLOCK_SKEW, Reason.NEEDS_HTTPS, Reason.THROTTLED, Reason.SERVER);

    private final VolumeDevices devices;

    public StorageHealthReport(VolumeDevices devices) {
        this.devices = devices;
    }

    public NodeGetStorageHealthResponse answer(NodeGetStorageHealthRequest request) {
        NodeGetStorageHealthResponse.Builder response = NodeGetStorageHealthResponse.newBuilder();
        List<DeviceInfo> all;
        try {
            all = devices.all();
        } catch (ModuleException e) {
            return response.addBackendHealth(StorageBackendHealth.newBuilder().setStatus(StorageHealthErrorType.STORAGE_UNREACHABLE)
                    .setReason("ModuleUnusable").setMessage(e.getMessage())).build();
        }
        Map<Reason, Integer> affected = new EnumMap<>(Reason.class);
        for (DeviceInfo device : all) {
            boolean waits = device.health().state() == DeviceState.HELD || device.health().state() == DeviceState.DEAD;
            if (waits && OF_THE_STORAGE.contains(device.health().reason())) {
                affected.merge(device.health().reason(), 1, Integer::sum);
            }
        }
        affected.forEach((reason, count) -> response.addBackendHealth(backend(reason, count, all.size())));
        return response.build();
    }

    private static StorageBackendHealth backend(Reason reason, int count, int all) {
        boolean unreachable = count == all && reason != Reason.THROTTLED;
        return StorageBackendHealth.newBuilder()
                .setStatus(unreachable ? StorageHealthErrorType.STORAGE_UNREACHABLE : StorageHealthErrorType.STORAGE_DEGRADED)
                .setReason(Diagnosis.camelCase(reason.keyword()))
                .setMessage(count + " of " + all + " volumes on this node: " + reason.text() + ". " + reason.advice()).build();
    }
}
