package io.dysk.blob;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;

/**
 * Which snapshot of a blob: the time that the service gave it.
 *
 * <p>Snapshots of one blob sort by this text in the order in which they were made.
 *
 * @param value such as {@code 2026-11-21T13:43:03.1234567Z}
 */
public record SnapshotId(String value) implements Comparable<SnapshotId> {
    private static final Pattern FORM = Pattern.compile("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{7}Z");

    /** @throws BlobException.InvalidArgument if it has another form, or there is no such time */
    public SnapshotId {
        if (value == null || !FORM.matcher(value).matches() || !isTime(value)) {
            throw new BlobException.InvalidArgument("snapshot " + Text.quoted(value)
                    + " is not a snapshot time: expected the form 2026-11-21T13:43:03.1234567Z");
        }
    }

    /** When it was made, by the service's clock. */
    public Instant createdAt() {
        return Instant.parse(value);
    }

    private static boolean isTime(String value) {
        try {
            Instant.parse(value);
            return true;
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    @Override
    public int compareTo(SnapshotId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
