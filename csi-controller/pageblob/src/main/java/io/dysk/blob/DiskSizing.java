package io.dysk.blob;

import io.dysk.blob.BlobException.Answer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Brings a disk to a size, from whatever state a call that was cut short left behind.
 *
 * <p>Of a VHD three things change: the blob's size, the footer, and the size noted in the metadata. The noted size is what the disk
 * has; everything between it and a larger new size is nobody's, may hold footers of tries that were cut short, and is cleared before
 * the new size is noted. A smaller size is noted first, since then the rest is nobody's. Each step carries the ETag that the step
 * before it gave, so a step that the service applies late, after we gave it up, is refused.
 */
final class DiskSizing {
    private final BlobRequests requests;
    private final InstantSource clock;

    DiskSizing(BlobRequests requests, InstantSource clock) {
        this.requests = requests;
        this.clock = clock;
    }

    void apply(Deadline deadline, BlobAddress address, Resize change) {
        requests.guarded(deadline, address, change.ifMatch(), state -> {
            PageBlobProperties now = state.properties();
            boolean vhd = now.format() != DiskFormat.RAW;
            NewPageBlob.checkSize(change.dataBytes(), vhd);
            if (change.dataBytes() < now.dataBytes() && now.format() != DiskFormat.VHD_INCOMPLETE && !change.mayShrink()) {
                throw wouldShrink(now, change);
            }
            if (vhd) {
                new VhdSteps(deadline, state, change).apply();
            } else if (change.dataBytes() != now.blobBytes()) {
                requests.resize(deadline, address, change.dataBytes(), state.etag(), change.lease());
            }
            return null;
        });
    }

    private static BlobException wouldShrink(PageBlobProperties now, Resize change) {
        return new BlobException.Conflict("blob " + now.address() + " has " + now.dataBytes() + " bytes of data and would lose some at "
                + change.dataBytes() + ": ask for at least its present size, or allow it to shrink", Answer.NONE);
    }

    /** The steps on one VHD, each from the state that the one before it left. */
    private final class VhdSteps {
        private final Deadline deadline;
        private final BlobState start;
        private final Resize change;
        private final long target;
        private ETag etag;
        private Map<String, String> metadata;

        VhdSteps(Deadline deadline, BlobState start, Resize change) {
            this.deadline = deadline;
            this.start = start;
            this.change = change;
            this.target = change.dataBytes();
            this.etag = start.etag();
            this.metadata = start.metadata();
        }

        void apply() {
            PageBlobProperties now = start.properties();
            OptionalLong noted = DiskLayout.of(now.blobBytes(), start.metadata()).notedBytes();
            if (now.format() == DiskFormat.VHD && now.dataBytes() == target) {
                return;
            }
            if (noted.isPresent() && noted.getAsLong() > target) {
                if (!change.mayShrink()) {
                    throw wouldShrink(now, change);
                }
                note();
                noted = OptionalLong.of(target);
            }
            long blobBytes = target + VhdFooter.BYTES;
            if (now.blobBytes() < blobBytes) {
                resize(blobBytes);
                writeFooter();
            } else {
                // The other way round: at no time is the end of the blob without a footer while the noted size fits to it.
                writeFooter();
                if (now.blobBytes() > blobBytes) {
                    resize(blobBytes);
                }
            }
            if (noted.isEmpty() || noted.getAsLong() != target) {
                if (noted.isPresent()) {
                    etag = requests.clear(deadline, now.address(), noted.getAsLong(), target - noted.getAsLong(), etag, change.lease());
                }
                note();
            }
        }

        private void resize(long blobBytes) {
            etag = requests.resize(deadline, start.properties().address(), blobBytes, etag, change.lease());
        }

        private void writeFooter() {
            byte[] footer = new VhdFooter(target, diskId(), created()).toBytes();
            etag = requests.write(deadline, start.properties().address(), target, footer, etag, change.lease());
        }

        private void note() {
            metadata = new TreeMap<>(metadata);
            metadata.put(Metadata.DATA_BYTES, Long.toString(target));
            etag = requests.setMetadata(deadline, start.properties().address(), metadata, etag, change.lease());
        }

        private UUID diskId() {
            return Optional.ofNullable(metadata.get(Metadata.DISK_ID)).map(DiskSizing::uuid).orElseGet(UUID::randomUUID);
        }

        private Instant created() {
            Instant created = start.properties().createdAt();
            return created.equals(Instant.EPOCH) ? clock.instant() : created;
        }
    }

    private static UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            return null; // somebody else wrote it
        }
    }
}
