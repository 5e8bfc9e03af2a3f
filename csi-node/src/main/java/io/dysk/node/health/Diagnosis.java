package io.dysk.node.health;

import io.dysk.csi.VolumeHealthErrorType;
import io.dysk.kernel.DeviceInfo;
import io.dysk.kernel.Health;
import io.dysk.kernel.MountEntry;
import io.dysk.kernel.MountTable;
import io.dysk.kernel.Reason;
import io.dysk.node.device.DeviceUses;
import java.util.ArrayList;
import java.util.List;

/** Finds what is wrong with a device: from the module's words and the mount table, which never block. */
public final class Diagnosis {
    private Diagnosis() {}

    /** What is wrong; empty if nothing is. */
    public static List<Symptom> of(DeviceInfo device, MountTable table) {
        List<Symptom> symptoms = new ArrayList<>();
        Health health = device.health();
        switch (health.state()) {
            case HELD -> symptoms.add(symptom(health.reason() == Reason.THROTTLED ? VolumeHealthErrorType.DEGRADED : VolumeHealthErrorType.INACCESSIBLE,
                    device, "I/O on " + device.device() + " has been waiting for " + health.since().toSeconds() + " s"));
            case DEAD -> symptoms.add(symptom(VolumeHealthErrorType.INACCESSIBLE, device, device.device() + " is out of service: all I/O fails"));
            case ATTACHING, LIVE, FENCING, REMOVING, UNKNOWN -> { }
        }
        if (!device.readOnly() && isMountedReadOnlyAfterError(device, table)) {
            symptoms.add(new Symptom(VolumeHealthErrorType.DEGRADED, "FileSystemReadOnly", "the file system has made itself read-only, as it does after an"
                    + " error: see the kernel log of the node, then stop the pods that use the volume, so that it is staged anew and checked"));
        }
        return List.copyOf(symptoms);
    }

    private static Symptom symptom(VolumeHealthErrorType gravity, DeviceInfo device, String what) {
        Health health = device.health();
        String answer = health.httpStatus() == 0 ? "" : " (HTTP " + health.httpStatus() + (health.errorCode().isEmpty() ? "" : " " + health.errorCode()) + ")";
        return new Symptom(gravity, camelCase(health.reason().keyword()), what + ": " + health.reason().text() + answer + ". " + health.advice());
    }

    /** A mount that was asked to be read-only says so itself; after an error only the file system does. */
    private static boolean isMountedReadOnlyAfterError(DeviceInfo device, MountTable table) {
        List<MountEntry> mounted = table.entries().stream().filter(entry -> DeviceUses.isFileSystemOf(device, entry)).toList();
        return mounted.stream().anyMatch(entry -> entry.superOptions().readOnly()) && mounted.stream().anyMatch(entry -> !entry.options().readOnly());
    }

    static String camelCase(String keyword) {
        StringBuilder text = new StringBuilder();
        for (String word : keyword.split("-")) {
            text.append(Character.toUpperCase(word.charAt(0))).append(word, 1, word.length());
        }
        return text.toString();
    }
}
