package io.dysk.controller.health;

import io.dysk.csi.VolumeHealth.VolumeHealthEntry;
import io.dysk.csi.VolumeHealthErrorType;

/** What can be wrong with a volume, seen from the storage service. The names in the messages are for machines: they stay. */
enum Ailment {
    CONTAINER_MISSING(VolumeHealthErrorType.DATA_LOSS, "ContainerMissing"),
    NOT_A_PAGE_BLOB(VolumeHealthErrorType.DATA_LOSS, "NotAPageBlob"),
    ACCOUNT_MISSING(VolumeHealthErrorType.INACCESSIBLE, "AccountMissing"),
    ACCESS_DENIED(VolumeHealthErrorType.INACCESSIBLE, "AccessDenied"),
    COPY_FAILED(VolumeHealthErrorType.INACCESSIBLE, "CopyFailed"),
    COPY_PENDING(VolumeHealthErrorType.INACCESSIBLE, "CopyPending"),
    CREATION_INCOMPLETE(VolumeHealthErrorType.INACCESSIBLE, "CreationIncomplete"),
    LEASE_LOST(VolumeHealthErrorType.INACCESSIBLE, "LeaseLost"),
    READERS_UNPROTECTED(VolumeHealthErrorType.DEGRADED, "ReadersUnprotected"),
    VHD_INCOMPLETE(VolumeHealthErrorType.DEGRADED, "VhdIncomplete");

    private final VolumeHealthErrorType status;
    private final String reason;

    Ailment(VolumeHealthErrorType status, String reason) {
        this.status = status;
        this.reason = reason;
    }

    /** @param message what it means and what to do */
    VolumeHealthEntry entry(String message) {
        return VolumeHealthEntry.newBuilder().setStatus(status).setReason(reason).setMessage(message).build();
    }
}
