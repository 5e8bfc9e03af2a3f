package io.dysk.controller.snapshot;

import io.dysk.controller.account.Accounts;
import io.dysk.csi.BlockMetadataType;
import io.dysk.csi.GetMetadataAllocatedRequest;
import io.dysk.csi.GetMetadataAllocatedResponse;
import io.dysk.csi.GetMetadataDeltaRequest;
import io.dysk.csi.GetMetadataDeltaResponse;
import io.dysk.csi.SnapshotMetadataGrpc;
import io.dysk.rpc.call.Calls;
import io.grpc.stub.StreamObserver;
import java.util.Optional;

/** The SnapshotMetadata service of CSI: what a backup has to read. */
public final class SnapshotMetadataService extends SnapshotMetadataGrpc.SnapshotMetadataImplBase {
    private final BlockMetadataStream blocks;
    private final Calls calls;

    public SnapshotMetadataService(Accounts accounts, Calls calls) {
        blocks = new BlockMetadataStream(accounts);
        this.calls = calls;
    }

    @Override
    public void getMetadataAllocated(GetMetadataAllocatedRequest request, StreamObserver<GetMetadataAllocatedResponse> observer) {
        var question = new BlockMetadataStream.Question(Optional.empty(), request.getSnapshotId(), request.getStartingOffset(),
                request.getMaxResults(), request.getSecretsMap());
        PacedStream.fill(observer, paced -> calls.stream(paced, "snapshot " + request.getSnapshotId(), sending ->
                blocks.answer(question, (capacity, some) -> sending.onNext(GetMetadataAllocatedResponse.newBuilder()
                        .setBlockMetadataType(BlockMetadataType.VARIABLE_LENGTH).setVolumeCapacityBytes(capacity).addAllBlockMetadata(some)
                        .build()))));
    }

    @Override
    public void getMetadataDelta(GetMetadataDeltaRequest request, StreamObserver<GetMetadataDeltaResponse> observer) {
        var question = new BlockMetadataStream.Question(Optional.of(request.getBaseSnapshotId()), request.getTargetSnapshotId(),
                request.getStartingOffset(), request.getMaxResults(), request.getSecretsMap());
        PacedStream.fill(observer, paced -> calls.stream(paced, "snapshot " + request.getTargetSnapshotId(), sending ->
                blocks.answer(question, (capacity, some) -> sending.onNext(GetMetadataDeltaResponse.newBuilder()
                        .setBlockMetadataType(BlockMetadataType.VARIABLE_LENGTH).setVolumeCapacityBytes(capacity).addAllBlockMetadata(some)
                        .build()))));
    }
}
