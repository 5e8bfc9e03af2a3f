package io.dysk.blob;

import java.util.regex.Pattern;

/**
 * The name of a storage account.
 *
 * <p>It becomes part of host names and of signatures, so nothing but the documented form is let through.
 *
 * @param value 3 to 24 lower-case letters and digits
 * @see <a href="https://learn.microsoft.com/azure/storage/common/storage-account-overview#storage-account-name">Storage account name</a>
 */
public record AccountName(String value) {
    private static final Pattern FORM = Pattern.compile("[a-z0-9]{3,24}");

    /** @throws BlobException.InvalidArgument if the name has another form */
    public AccountName {
        if (value == null || !FORM.matcher(value).matches()) {
            throw new BlobException.InvalidArgument("storage account " + Text.quoted(value)
                    + " is not a valid name: expected 3 to 24 lower-case letters and digits, such as \"mystorage1\"");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
