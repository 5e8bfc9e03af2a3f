package io.dysk.blob;

/**
 * The name of a blob inside its container, not URL-encoded.
 *
 * <p>Stricter than the service: names that a URL library on the way could change (dot segments, empty segments, backslashes,
 * a dot or slash at the end) are refused, because then two parts of the system might mean two different blobs.
 *
 * @param value 1 to 1024 characters; up to 254 segments with {@code /} between them; case matters
 * @see <a href="https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata">Naming</a>
 */
public record BlobName(String value) {
    private static final int MAX_CHARACTERS = 1024;
    private static final int MAX_SEGMENTS = 254;

    /** @throws BlobException.InvalidArgument if the name has another form; the message says what is wrong with it */
    public BlobName {
        String fault = value == null ? "is missing" : fault(value);
        if (fault != null) {
            throw new BlobException.InvalidArgument("blob name " + Text.quoted(value) + " " + fault
                    + ": expected 1 to 1024 characters such as \"pvc-1.vhd\" or \"team/pvc-1\"");
        }
    }

    private static String fault(String name) {
        if (name.isEmpty()) {
            return "is empty";
        }
        if (name.length() > MAX_CHARACTERS) {
            return "has " + name.length() + " characters";
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (Character.isISOControl(c) || c == '\uFFFE' || c == '\uFFFF') {
                return "has a control character at position " + i;
            }
            if (c == '\\') {
                return "has a backslash at position " + i;
            }
            if (Character.isHighSurrogate(c) && i + 1 < name.length() && Character.isLowSurrogate(name.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                return "has half of a surrogate pair at position " + i;
            }
        }
        String[] segments = name.split("/", -1);
        if (segments.length > MAX_SEGMENTS) {
            return "has " + segments.length + " segments";
        }
        for (String segment : segments) {
            if (segment.isEmpty()) {
                return "has an empty segment or a slash at an end";
            }
            if (segment.endsWith(".")) {
                return "has a segment that ends with a dot";
            }
        }
        return null;
    }

    @Override
    public String toString() {
        return value;
    }
}
