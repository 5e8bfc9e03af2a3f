package io.dysk.controller.publish;

import io.dysk.controller.TestStorage;
import io.dysk.controller.access.VolumeClaims;
import io.dysk.controller.volume.VolumeId;
import io.dysk.csi.ControllerPublishVolumeRequest;
import io.dysk.csi.ControllerUnpublishVolumeRequest;
import io.dysk.csi.VolumeCapability;
import io.dysk.csi.VolumeCapability.AccessMode.Mode;
import io.dysk.rpc.contract.NodeId;
import io.dysk.rpc.contract.PublishContext;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

/** A storage service, a controller that places volumes, and some nodes. */
public final class Cluster extends TestStorage {
    public static final String A = new NodeId("node-a").toString();
    public static final String B = new NodeId("node-b").toString();
    public static final String C = new NodeId("node-c").toString();

    final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-21T12:00:00Z"));
    private GivenUpNodes givenUp = new GivenUpNodes(now::get);

    @Override
    public void restart() {
        super.restart();
        givenUp = new GivenUpNodes(() -> now.get());
    }

    PublishContext publish(VolumeId volume, String node, Mode mode, boolean readonly) {
        return publish(ControllerPublishVolumeRequest.newBuilder().setVolumeId(volume.toString()).setNodeId(node)
                .setVolumeCapability(capability(mode)).setReadonly(readonly).build());
    }

    PublishContext publish(ControllerPublishVolumeRequest request) {
        return PublishContext.parse(new PublishVolume(accounts(), locks(), givenUp, new DataPath(false), listener()).answer(request)
                .getPublishContextMap());
    }

    public PublishContext publish(VolumeId volume, String node) {
        return publish(volume, node, Mode.SINGLE_NODE_WRITER, false);
    }

    public PublishContext publishForReading(VolumeId volume, String node) {
        return publish(volume, node, Mode.MULTI_NODE_READER_ONLY, false);
    }

    public void unpublish(VolumeId volume, String node) {
        unpublish(volume.toString(), node);
    }

    void unpublish(String volume, String node) {
        new UnpublishVolume(accounts(), locks(), givenUp, listener()).answer(
                ControllerUnpublishVolumeRequest.newBuilder().setVolumeId(volume).setNodeId(node).build());
    }

    /** How nodes claim volumes themselves. */
    public VolumeClaims claims(Contention contention) {
        return new VolumeClaims(accounts(), new PublishVolume(accounts(), locks(), givenUp, new DataPath(false), contention, listener()),
                new UnpublishVolume(accounts(), locks(), givenUp, listener()));
    }

    public static VolumeCapability capability(Mode mode) {
        return VolumeCapability.newBuilder().setMount(VolumeCapability.MountVolume.getDefaultInstance())
                .setAccessMode(VolumeCapability.AccessMode.newBuilder().setMode(mode)).build();
    }
}
