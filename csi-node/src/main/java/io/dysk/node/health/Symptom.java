package io.dysk.node.health;

import io.dysk.csi.VolumeHealth.VolumeHealthEntry;
import io.dysk.csi.VolumeHealthErrorType;

/**
 * One thing that is wrong with a volume.
 *
 * @param gravity DEGRADED or INACCESSIBLE
 * @param reason in CamelCase, for programs
 * @param message for people: what is wrong and what to do
 */
public record Symptom(VolumeHealthErrorType gravity, String reason, String message) {
    VolumeHealthEntry entry() {
        return VolumeHealthEntry.newBuilder().setStatus(gravity).setReason(reason).setMessage(message).build();
    }
}
