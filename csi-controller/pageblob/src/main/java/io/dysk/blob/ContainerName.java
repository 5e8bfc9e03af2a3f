package io.dysk.blob;

import java.util.regex.Pattern;

/**
 * The name of a container.
 *
 * @param value 3 to 63 lower-case letters, digits and single hyphens, with a letter or digit at both ends. The service's own
 *              containers ({@code $root}, {@code $web}, {@code $logs}) are refused: volumes don't belong there.
 * @see <a href="https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata">Naming</a>
 */
public record ContainerName(String value) {
    private static final Pattern FORM = Pattern.compile("[a-z0-9](?:-?[a-z0-9])*");

    /** @throws BlobException.InvalidArgument if the name has another form */
    public ContainerName {
        if (value == null || value.length() < 3 || value.length() > 63 || !FORM.matcher(value).matches()) {
            throw new BlobException.InvalidArgument("container " + Text.quoted(value)
                    + " is not a valid name: expected 3 to 63 lower-case letters, digits and single hyphens,"
                    + " with a letter or digit at both ends, such as \"disks-1\"");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
