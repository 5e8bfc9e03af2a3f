package io.dysk.blob;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The metadata of a blob: names are identifiers (letters, digits and underscores, no digit first), values visible ASCII and
 * single spaces between, 8 KiB in all. Names that start with {@code dysk_} are this package's own; it shows them as typed
 * properties instead.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/storageservices/setting-and-retrieving-properties-and-metadata-for-blob-resources">Metadata</a>
 */
final class Metadata {
    static final String OWN_PREFIX = "dysk_";
    /** Random text of the call that made the blob: tells our own creation from somebody else's after an answer got lost. */
    static final String CREATION = "dysk_creation";
    /** {@code vhd}: the last 512 bytes are a footer. */
    static final String FORMAT = "dysk_format";
    /** Id in the footer of a VHD. */
    static final String DISK_ID = "dysk_disk_id";
    /** Size of the disk in a VHD; written last, so a size that doesn't fit the blob's tells of an unfinished change. */
    static final String DATA_BYTES = "dysk_data_bytes";
    static final String HOLDER_NAME = "dysk_holder";
    static final String HOLDER_LEASE = "dysk_holder_lease";
    /** On a snapshot: the name under which its maker asked for it. */
    static final String SNAPSHOT_NAME = "dysk_snapshot";

    private static final int MAX_BYTES = 7 * 1024; // of 8 KiB; the rest is for our own
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern VALUE = Pattern.compile("[\\x21-\\x7e]+(?: [\\x21-\\x7e]+)*");

    private Metadata() {}

    /** An unmodifiable copy, names in lower case as the service compares them; refuses what doesn't fit. */
    static Map<String, String> checked(Map<String, String> metadata) {
        Map<String, String> copy = new TreeMap<>();
        int bytes = 0;
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
            String name = entry.getKey() == null ? "" : entry.getKey().toLowerCase(Locale.ROOT);
            if (!NAME.matcher(name).matches() || name.startsWith(OWN_PREFIX)) {
                throw new BlobException.InvalidArgument("metadata name " + Text.quoted(entry.getKey())
                        + " is not possible: expected letters, digits and underscores, no digit first, not starting with " + OWN_PREFIX);
            }
            if (entry.getValue() == null || !VALUE.matcher(entry.getValue()).matches()) {
                throw new BlobException.InvalidArgument("the value of metadata " + name
                        + " is not possible: expected visible ASCII, not empty, with no more than single spaces inside");
            }
            if (copy.put(name, entry.getValue()) != null) {
                throw new BlobException.InvalidArgument("metadata " + name + " is there twice, in different case");
            }
            bytes += name.length() + entry.getValue().length();
        }
        if (bytes > MAX_BYTES) {
            throw new BlobException.InvalidArgument("metadata takes " + bytes + " bytes: expected at most " + MAX_BYTES);
        }
        return Map.copyOf(copy);
    }

    /** All metadata of a blob with the caller's part replaced. */
    static Map<String, String> replaced(Map<String, String> all, Map<String, String> callers) {
        Map<String, String> result = new TreeMap<>(all);
        result.keySet().removeIf(name -> !name.startsWith(OWN_PREFIX));
        result.putAll(callers);
        return result;
    }
}
