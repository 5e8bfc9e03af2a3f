package io.dysk.controller.volume;

import io.dysk.blob.PageBlobProperties;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What the controller wrote down about a volume, in the metadata of its blob; there is no other place. Immutable; the methods that
 * change something give the changed metadata.
 *
 * @param metadata the caller's own metadata of the blob, all of it
 */
public record VolumeNotes(Map<String, String> metadata) {
    /** The name under which the volume was asked for, percent-encoded; on every volume that CreateVolume made. */
    public static final String NAME = "csi_name";
    /** What was asked for, in a form that can be compared. */
    public static final String REQUEST = "csi_request";
    /** From which snapshot or volume it was made. */
    public static final String SOURCE = "csi_source";
    /** Set on a deleted volume that still has snapshots. */
    public static final String DELETED = "csi_deleted";
    /** On a volume that is still being made: the size that it is to have. It is not to be used before the note is gone. */
    public static final String INCOMPLETE = "csi_incomplete";
    /** Ids of nodes that it is published to for reading, with blanks between. */
    public static final String READERS = "csi_readers";

    public VolumeNotes {
        metadata = Map.copyOf(metadata);
    }

    public static VolumeNotes of(PageBlobProperties blob) {
        return new VolumeNotes(blob.metadata());
    }

    /** The name, if CreateVolume made it. */
    public Optional<String> name() {
        return Optional.ofNullable(metadata.get(NAME)).map(name -> URLDecoder.decode(name, StandardCharsets.UTF_8));
    }

    /** Deleted, and here only for its snapshots: to be treated as not there. */
    public boolean deleted() {
        return metadata.containsKey(DELETED);
    }

    /** The size that it is to have, if it is still being made: a copy is under way, or a step after it is to be done. */
    public OptionalLong incomplete() {
        String bytes = metadata.getOrDefault(INCOMPLETE, "");
        return bytes.matches("\\d{1,18}") ? OptionalLong.of(Long.parseLong(bytes)) : OptionalLong.empty();
    }

    /** Whether it was, or is being, made from that snapshot or volume. */
    public boolean madeFrom(VolumeId source) {
        return ContentSource.ofNotes(this).map(ContentSource::id)
                .filter(id -> id.leaseName().equals(source.leaseName()) && id.snapshot().equals(source.snapshot())).isPresent();
    }

    /** Ids of the nodes that read it. */
    public List<String> readers() {
        return Arrays.stream(metadata.getOrDefault(READERS, "").split(" ")).filter(id -> !id.isEmpty()).toList();
    }

    /** Changed: an empty value removes the note. */
    public Map<String, String> with(String note, String value) {
        Map<String, String> changed = new TreeMap<>(metadata);
        if (value.isEmpty()) {
            changed.remove(note);
        } else {
            changed.put(note, value);
        }
        return changed;
    }

    /** A value of any text, as it can be kept. */
    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
