package io.dysk.controller.volume;

import io.dysk.csi.CreateVolumeRequest;
import io.dysk.csi.VolumeContentSource;
import io.dysk.rpc.call.RpcFailure;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a volume is made from.
 *
 * @param id of the volume or snapshot
 * @param message as it was given
 */
record ContentSource(VolumeId id, VolumeContentSource message) {
    private static final String SNAPSHOT = "snapshot:";
    private static final String VOLUME = "volume:";

    /**
     * Reads a request.
     *
     * @return empty if the volume is to be made empty
     * @throws RpcFailure INVALID_ARGUMENT if there is one that says nothing, NOT_FOUND if there can't be such a source
     */
    static Optional<ContentSource> of(CreateVolumeRequest request) {
        return request.hasVolumeContentSource() ? Optional.of(of(request.getVolumeContentSource())) : Optional.empty();
    }

    private static ContentSource of(VolumeContentSource message) {
        return switch (message.getTypeCase()) {
            case SNAPSHOT -> {
                String id = message.getSnapshot().getSnapshotId();
                if (id.isEmpty()) {
                    throw RpcFailure.invalidArgument("the content source's snapshot id is missing");
                }
                yield new ContentSource(VolumeId.parse(id).filter(parsed -> parsed.snapshot().isPresent())
                        .orElseThrow(() -> RpcFailure.notFound("there is no snapshot '" + id + "' to make it from")), message);
            }
            case VOLUME -> {
                String id = message.getVolume().getVolumeId();
                if (id.isEmpty()) {
                    throw RpcFailure.invalidArgument("the content source's volume id is missing");
                }
                yield new ContentSource(VolumeId.parse(id)
                        .orElseThrow(() -> RpcFailure.notFound("there is no volume '" + id + "' to make it from")), message);
            }
            case TYPE_NOT_SET -> throw RpcFailure.invalidArgument("the content source is neither a snapshot nor a volume");
        };
    }

    /** As it is kept with the volume. */
    String note() {
        return message.hasSnapshot()
                ? SNAPSHOT + VolumeNotes.encoded(message.getSnapshot().getSnapshotId())
                : VOLUME + VolumeNotes.encoded(message.getVolume().getVolumeId());
    }

    /** Reads what was kept. */
    static Optional<ContentSource> ofNotes(VolumeNotes notes) {
        String note = notes.metadata().getOrDefault(VolumeNotes.SOURCE, "");
        boolean snapshot = note.startsWith(SNAPSHOT);
        if (!snapshot && !note.startsWith(VOLUME)) {
            return Optional.empty();
        }
        String id = URLDecoder.decode(note.substring(note.indexOf(':') + 1), StandardCharsets.UTF_8);
        VolumeContentSource.Builder message = VolumeContentSource.newBuilder();
        if (snapshot) {
            message.getSnapshotBuilder().setSnapshotId(id);
        } else {
            message.getVolumeBuilder().setVolumeId(id);
        }
        return VolumeId.parse(id).map(parsed -> new ContentSource(parsed, message.build()));
    }

    /** Whether it is a volume that may be written while it is copied. */
    boolean live() {
        return id.snapshot().isEmpty();
    }
}
