package io.dysk.node;

import io.dysk.csi.NodeExpandVolumeRequest;
import io.dysk.csi.NodeExpandVolumeResponse;
import io.dysk.csi.NodeGetCapabilitiesRequest;
import io.dysk.csi.NodeGetCapabilitiesResponse;
import io.dysk.csi.NodeGetInfoRequest;
import io.dysk.csi.NodeGetInfoResponse;
import io.dysk.csi.NodeGetStorageHealthRequest;
import io.dysk.csi.NodeGetStorageHealthResponse;
import io.dysk.csi.NodeGetVolumeHealthRequest;
import io.dysk.csi.NodeGetVolumeHealthResponse;
import io.dysk.csi.NodeGetVolumeStatsRequest;
import io.dysk.csi.NodeGetVolumeStatsResponse;
import io.dysk.csi.NodeGrpc;
import io.dysk.csi.NodePublishVolumeRequest;
import io.dysk.csi.NodePublishVolumeResponse;
import io.dysk.csi.NodeStageVolumeRequest;
import io.dysk.csi.NodeStageVolumeResponse;
import io.dysk.csi.NodeUnpublishVolumeRequest;
import io.dysk.csi.NodeUnpublishVolumeResponse;
import io.dysk.csi.NodeUnstageVolumeRequest;
import io.dysk.csi.NodeUnstageVolumeResponse;
import io.dysk.rpc.call.Calls;
import io.grpc.stub.StreamObserver;

/** The Node service of CSI: hands each call to what does its work. What changes a volume takes its lock; what only looks doesn't. */
final class NodeService extends NodeGrpc.NodeImplBase {
    private final NodeFacts facts;
    private final NodeCalls node;
    private final VolumeWork work;
    private final Calls calls;

    NodeService(NodeFacts facts, NodeCalls node, VolumeWork work, Calls calls) {
        this.facts = facts;
        this.node = node;
        this.work = work;
        this.calls = calls;
    }

    @Override
    public void nodeStageVolume(NodeStageVolumeRequest request, StreamObserver<NodeStageVolumeResponse> observer) {
        String id = request.getVolumeId();
        calls.answer(observer, subject(id), () -> work.run(id, steps -> node.stage().answer(request, steps)));
    }

    @Override
    public void nodeUnstageVolume(NodeUnstageVolumeRequest request, StreamObserver<NodeUnstageVolumeResponse> observer) {
        String id = request.getVolumeId();
        calls.answer(observer, subject(id), () -> work.run(id, steps -> node.unstage().answer(request, steps)));
    }

    @Override
    public void nodePublishVolume(NodePublishVolumeRequest request, StreamObserver<NodePublishVolumeResponse> observer) {
        String id = request.getVolumeId();
        calls.answer(observer, subject(id), () -> work.run(id, steps -> node.publish().answer(request, steps)));
    }

    @Override
    public void nodeUnpublishVolume(NodeUnpublishVolumeRequest request, StreamObserver<NodeUnpublishVolumeResponse> observer) {
        String id = request.getVolumeId();
        calls.answer(observer, subject(id), () -> work.run(id, steps -> node.unpublish().answer(request, steps)));
    }

    @Override
    public void nodeExpandVolume(NodeExpandVolumeRequest request, StreamObserver<NodeExpandVolumeResponse> observer) {
        String id = request.getVolumeId();
        calls.answer(observer, subject(id), () -> work.run(id, steps -> node.expand().answer(request, steps)));
    }

    @Override
    public void nodeGetVolumeStats(NodeGetVolumeStatsRequest request, StreamObserver<NodeGetVolumeStatsResponse> observer) {
        calls.answer(observer, subject(request.getVolumeId()), () -> node.stats().answer(request));
    }

    @Override
    public void nodeGetVolumeHealth(NodeGetVolumeHealthRequest request, StreamObserver<NodeGetVolumeHealthResponse> observer) {
        calls.answer(observer, subject(request.getVolumeId()), () -> node.volumeHealth().answer(request));
    }

    @Override
    public void nodeGetStorageHealth(NodeGetStorageHealthRequest request, StreamObserver<NodeGetStorageHealthResponse> observer) {
        calls.answer(observer, "", () -> node.storageHealth().answer(request));
    }

    @Override
    public void nodeGetCapabilities(NodeGetCapabilitiesRequest request, StreamObserver<NodeGetCapabilitiesResponse> observer) {
        calls.answer(observer, "", NodeFacts::capabilities);
    }

    @Override
    public void nodeGetInfo(NodeGetInfoRequest request, StreamObserver<NodeGetInfoResponse> observer) {
        calls.answer(observer, "", facts::info);
    }

    private static String subject(String volumeId) {
        return volumeId.isEmpty() ? "" : "volume " + volumeId;
    }
}
