package io.dysk.controller.health;

import io.dysk.blob.BlobException;
import io.dysk.blob.DiskFormat;
import io.dysk.blob.LeaseHolder;
import io.dysk.blob.PageBlobProperties;
import io.dysk.controller.publish.Placement;
import io.dysk.controller.volume.VolumeId;
import io.dysk.controller.volume.VolumeNotes;
import io.dysk.csi.VolumeCondition;
import io.dysk.csi.VolumeHealth.VolumeHealthEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What is wrong with a volume, by its blob's properties alone: asks nothing of the service. */
public final class VolumeConditions {
    private VolumeConditions() {}

    /** All that is wrong; empty: nothing that the service knows of. */
    public static List<VolumeHealthEntry> of(VolumeId volume, PageBlobProperties blob) {
        List<VolumeHealthEntry> found = new ArrayList<>();
        making(blob).ifPresent(found::add);
        lease(volume, blob).ifPresent(found::add);
        if (blob.format() == DiskFormat.VHD_INCOMPLETE && VolumeNotes.of(blob).incomplete().isEmpty()) {
            found.add(Ailment.VHD_INCOMPLETE.entry("a change of the VHD's size was cut short; its data are whole. Publishing or expanding the volume"
                    + " completes it"));
        }
        return List.copyOf(found);
    }

    /** The same as CSI 1.12 says it. */
    public static VolumeCondition condition(VolumeId volume, PageBlobProperties blob) {
        List<VolumeHealthEntry> found = of(volume, blob);
        return VolumeCondition.newBuilder().setAbnormal(!found.isEmpty()).setMessage(found.isEmpty()
                ? "the storage service knows of nothing wrong with it"
                : found.stream().map(entry -> entry.getReason() + ": " + entry.getMessage()).collect(Collectors.joining("; "))).build();
    }

    /**
     * What a refusal to tell the blob's properties means.
     *
     * @return empty if it says nothing about the volume
     */
    static Optional<VolumeHealthEntry> of(BlobException refusal) {
        return switch (refusal) {
            case BlobException.NotFound e -> switch (e.missing()) {
                case ACCOUNT -> Optional.of(Ailment.ACCOUNT_MISSING.entry("its storage account can't be found: " + e.getMessage()));
                case CONTAINER -> Optional.of(Ailment.CONTAINER_MISSING.entry("its container is gone, and all volumes in it: restore the"
                        + " container if the account keeps deleted ones (soft delete), or the volume from a backup"));
                case BLOB_OR_SNAPSHOT -> Optional.empty();
            };
            case BlobException.NotPageBlob e -> Optional.of(Ailment.NOT_A_PAGE_BLOB.entry("its blob was replaced by one of another kind: restore the"
                    + " volume from a backup"));
            case BlobException.Denied e -> Optional.of(Ailment.ACCESS_DENIED.entry("the storage account refuses the driver: " + e.getMessage()));
            case BlobException.NeedsHttps e -> Optional.of(Ailment.ACCESS_DENIED.entry("the storage account refuses the driver: " + e.getMessage()));
            default -> Optional.empty();
        };
    }

    private static Optional<VolumeHealthEntry> making(PageBlobProperties blob) {
        Optional<VolumeHealthEntry> copy = blob.copy().flatMap(last -> switch (last.status()) {
            case SUCCESS -> Optional.empty();
            case PENDING -> Optional.of(Ailment.COPY_PENDING.entry("its data are still being copied, " + last.copiedBytes() + " of "
                    + last.totalBytes() + " bytes so far; it can be published when that is done"));
            case FAILED, ABORTED -> Optional.of(Ailment.COPY_FAILED.entry("the copy that should have filled it did not succeed"
                    + (last.reason().isEmpty() ? "" : " (" + last.reason() + ")") + ": delete it and create it again"));
        });
        return copy.or(() -> VolumeNotes.of(blob).incomplete().isPresent()
                ? Optional.of(Ailment.CREATION_INCOMPLETE.entry("CreateVolume was not finished: it is to be called again until it succeeds"))
                : Optional.empty());
    }

    /** A holder removes its note before it gives the lease back, so a note without a lease tells of one that was broken. */
    private static Optional<VolumeHealthEntry> lease(VolumeId volume, PageBlobProperties blob) {
        if (blob.lease().locksWrites() || blob.snapshot().isPresent()) {
            return Optional.empty();
        }
        Optional<LeaseHolder> noted = blob.recordedHolder();
        List<String> readers = VolumeNotes.of(blob).readers();
        Optional<String> writer = noted.flatMap(holder -> Placement.writingNode(volume, holder));
        if (writer.isPresent()) {
            return Optional.of(Ailment.LEASE_LOST.entry("it is published to node " + writer.get() + ", but somebody broke the lease, so all writes"
                    + " there fail. Delete the pods that use it, so that it is unpublished and published anew"));
        }
        return readers.isEmpty()
                ? Optional.empty()
                : Optional.of(Ailment.READERS_UNPROTECTED.entry("it is published read-only to node " + String.join(", ", readers) + ", but somebody"
                        + " broke the lease that keeps writers out. Publishing it to a further reader, or anew, leases it again"));
    }
}
