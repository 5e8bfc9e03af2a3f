package io.dysk.csisuite;

import io.dysk.csi.DeleteVolumeRequest;
import io.dysk.csi.NodeUnpublishVolumeRequest;
import io.dysk.csi.Volume;
import io.dysk.csi.VolumeCapability;
import java.nio.file.Path;
import java.util.Map;

/**
 * What Kubernetes does with the driver, in its order, for tests that are about something else: one storage account, one controller,
 * nodes. Each call must succeed. Thread-safe once the controller is started.
 */
final class Cluster implements AutoCloseable {
    private final Storage storage;
    private final Controller controller;

    private Cluster(Storage storage, Controller controller) {
        this.storage = storage;
        this.controller = controller;
    }

    /** With a controller that is started. */
    static Cluster start(Path folder, String... controllerOptions) {
        Storage storage = Storage.start();
        return new Cluster(storage, new Controller(folder, storage, controllerOptions).start());
    }

    Storage storage() {
        return storage;
    }

    Controller controller() {
        return controller;
    }

    // ---- volumes ----------------------------------------------------------------------------------------------------

    Volume create(String name, long bytes) {
        return controller.csi().controller().createVolume(Requests.create(name, bytes).build()).getVolume();
    }

    void delete(Volume volume) {
        controller.csi().controller().deleteVolume(DeleteVolumeRequest.newBuilder().setVolumeId(volume.getVolumeId()).build());
    }

    /** @return the publish context */
    Map<String, String> publish(Volume volume, Node node, VolumeCapability capability) {
        return controller.csi().controller().controllerPublishVolume(Requests.publish(volume, node, capability).build()).getPublishContextMap();
    }

    void unpublish(Volume volume, Node node) {
        controller.csi().controller().controllerUnpublishVolume(Requests.unpublish(volume, node.id()));
    }

    // ---- on nodes ---------------------------------------------------------------------------------------------------

    void stage(Node node, Volume volume, Map<String, String> context, VolumeCapability capability) {
        node.vm().output("mkdir -p " + Requests.staging(volume));
        node.csi().node().nodeStageVolume(Requests.stage(volume, context, capability).build());
    }

    /** @return the path that the pod sees */
    String mount(Node node, Volume volume, String pod, Map<String, String> context, VolumeCapability capability) {
        String target = Requests.target(volume, pod);
        node.vm().output("mkdir -p $(dirname " + target + ")");
        node.csi().node().nodePublishVolume(Requests.nodePublish(volume, pod, context, capability).build());
        return target;
    }

    void unmount(Node node, Volume volume, String pod) {
        node.csi().node().nodeUnpublishVolume(NodeUnpublishVolumeRequest.newBuilder().setVolumeId(volume.getVolumeId())
                .setTargetPath(Requests.target(volume, pod)).build());
        removeEmpty(node, Requests.target(volume, pod));
    }

    void unstage(Node node, Volume volume) {
        node.csi().node().nodeUnstageVolume(Requests.unstage(volume));
        removeEmpty(node, Requests.staging(volume) + "/x");
    }

    /** Publish, stage and mount for a pod: from nothing to a path with files. */
    String bring(Node node, Volume volume, String pod, VolumeCapability capability) {
        Map<String, String> context = publish(volume, node, capability);
        stage(node, volume, context, capability);
        return mount(node, volume, pod, context, capability);
    }

    /** The way back. */
    void takeAway(Node node, Volume volume, String pod) {
        unmount(node, volume, pod);
        unstage(node, volume);
        unpublish(volume, node);
    }

    /** What kubelet does with folders that it made, if they are there; what the plugin left in them stays to be seen. */
    private static void removeEmpty(Node node, String path) {
        node.vm().output("cd $(dirname " + path + ") 2>/dev/null || exit 0; while [ \"$PWD\" != " + Node.KUBELET
                + " ]; do here=$PWD; cd ..; rmdir \"$here\" 2>/dev/null || exit 0; done");
    }

    @Override
    public void close() {
        controller.close();
        storage.close();
    }
}
