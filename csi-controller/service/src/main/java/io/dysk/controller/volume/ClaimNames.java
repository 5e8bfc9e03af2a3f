package io.dysk.controller.volume;

import java.util.Map;
import java.util.TreeMap;

/** The names of the claim that a volume is made for, as Kubernetes' provisioner gives them; kept for people, and never compared. */
final class ClaimNames {
    private static final Map<String, String> NOTES = Map.of(
            "csi.storage.k8s.io/pvc/name", "csi_pvc",
            "csi.storage.k8s.io/pvc/namespace", "csi_pvc_namespace",
            "csi.storage.k8s.io/pv/name", "csi_pv");

    private ClaimNames() {}

    /** The notes for a blob. */
    static Map<String, String> notes(Map<String, String> parameters) {
        Map<String, String> notes = new TreeMap<>();
        NOTES.forEach((parameter, note) -> {
            String value = parameters.getOrDefault(parameter, "");
            if (!value.isEmpty() && value.length() < 300) {
                notes.put(note, VolumeNotes.encoded(value));
            }
        });
        return notes;
    }
}
