package io.dysk.node.publish;

import io.dysk.csi.NodeUnpublishVolumeRequest;
import io.dysk.csi.NodeUnpublishVolumeResponse;
import io.dysk.node.attach.MountRemoval;
import io.dysk.node.step.UnpublishStep;
import io.dysk.node.volume.VolumePath;
import io.dysk.rpc.step.Steps;
import java.nio.file.Path;

/** NodeUnpublishVolume: nothing left at the target path. What isn't there any more is no failure. */
public final class UnpublishVolume {
    private final MountRemoval removal;

    public UnpublishVolume(MountRemoval removal) {
        this.removal = removal;
    }

    public NodeUnpublishVolumeResponse answer(NodeUnpublishVolumeRequest request, Steps steps) {
        Path target = VolumePath.of("target_path", request.getTargetPath());
        removal.removeAll(request.getVolumeId(), target, () -> steps.reached(UnpublishStep.UNBOUND));
        if (Target.remove(target)) {
            steps.reached(UnpublishStep.TARGET_REMOVED);
        }
        return NodeUnpublishVolumeResponse.getDefaultInstance();
    }
}
