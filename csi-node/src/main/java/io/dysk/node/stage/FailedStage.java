package io.dysk.node.stage;

import io.dysk.csi.NodeStageVolumeRequest;
import io.dysk.csi.NodeUnstageVolumeRequest;
import io.dysk.rpc.call.FailureMapping;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.step.Steps;
import io.grpc.Status;
import java.util.Optional;

/**
 * Takes back what NodeStageVolume has done before it failed, where the node itself took the lease: kubelet calls NodeUnstageVolume only after
 * failures that leave open what happened, so after any other the volume would stay here for ever, leased and attached.
 */
public final class FailedStage {
    private final UnstageVolume unstage;
    private final FailureMapping mapping;

    /** @param mapping how failures look to kubelet */
    public FailedStage(UnstageVolume unstage, FailureMapping mapping) {
        this.unstage = unstage;
        this.mapping = mapping;
    }

    /**
     * Leaves nothing of the volume behind, if kubelet takes the failure for final.
     *
     * @return what the call is to fail with: the failure, or UNAVAILABLE if something is left, so that NodeUnstageVolume comes
     */
    RuntimeException undo(NodeStageVolumeRequest request, RuntimeException failure, Steps steps) {
        Optional<RpcFailure> known = failure instanceof RpcFailure status ? Optional.of(status) : mapping.map(failure);
        if (!known.map(status -> isFinal(status.code())).orElse(true)) {
            return failure;
        }
        try {
            unstage.answer(NodeUnstageVolumeRequest.newBuilder().setVolumeId(request.getVolumeId())
                    .setStagingTargetPath(request.getStagingTargetPath()).build(), steps);
            return failure;
        } catch (RuntimeException e) {
            String words = known.map(RpcFailure::getMessage).orElse("a fault in the driver (" + failure.getClass().getSimpleName() + ")");
            String left = (e instanceof RpcFailure status ? Optional.of(status) : mapping.map(e)).map(RpcFailure::getMessage)
                    .orElse(e.getClass().getSimpleName());
            failure.addSuppressed(e);
            return RpcFailure.of(Status.Code.UNAVAILABLE, words + ". What was done could not be taken back, and will be tried again: " + left, failure);
        }
    }

    /** As kubelet sees it: the other codes leave it to NodeUnstageVolume. */
    private static boolean isFinal(Status.Code code) {
        return switch (code) {
            case CANCELLED, DEADLINE_EXCEEDED, UNAVAILABLE, RESOURCE_EXHAUSTED, ABORTED -> false;
            default -> true;
        };
    }
}
