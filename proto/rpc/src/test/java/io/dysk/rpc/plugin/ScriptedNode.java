package io.dysk.rpc.plugin;

import io.dysk.csi.NodeGetInfoRequest;
import io.dysk.csi.NodeGetInfoResponse;
import io.dysk.csi.NodeGrpc;
import io.dysk.csi.NodeStageVolumeRequest;
import io.dysk.csi.NodeStageVolumeResponse;
import io.dysk.rpc.call.Calls;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.function.Consumer;

/** A node service that does in NodeStageVolume what the test says, the way real handlers do; and in NodeGetInfo without {@link Calls}. */
final class ScriptedNode extends NodeGrpc.NodeImplBase {
    private final Calls calls = new Calls(exception -> Optional.empty());
    volatile Consumer<NodeStageVolumeRequest> stage = request -> {};
    volatile Consumer<StreamObserver<NodeGetInfoResponse>> info = observer -> {
        observer.onNext(NodeGetInfoResponse.newBuilder().setNodeId("n").build());
        observer.onCompleted();
    };

    @Override
    public void nodeStageVolume(NodeStageVolumeRequest request, StreamObserver<NodeStageVolumeResponse> observer) {
        calls.answer(observer, "volume " + request.getVolumeId(), () -> {
            stage.accept(request);
            return NodeStageVolumeResponse.getDefaultInstance();
        });
    }

    @Override
    public void nodeGetInfo(NodeGetInfoRequest request, StreamObserver<NodeGetInfoResponse> observer) {
        info.accept(observer);
    }
}
