package io.dysk.kernel;

import java.nio.charset.StandardCharsets;

/** What text may go into the module's fixed arrays. */
final class AbiText {

    private AbiText() {}

    /**
     * Refuses empty text, control characters and what is longer than a field of {@code fieldBytes} with its NUL.
     *
     * @return {@code value}
     */
    static String require(String field, String value, int fieldBytes) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException(field + " is empty");
        }
        return optional(field, value, fieldBytes);
    }

    /** As {@link #require}, but may be empty. */
    static String optional(String field, String value, int fieldBytes) {
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(field + " has control characters in it");
        }
        int bytes = value.getBytes(StandardCharsets.UTF_8).length;
        if (bytes >= fieldBytes) {
            throw new IllegalArgumentException(
                    field + " is too long: " + bytes + " bytes, at most " + (fieldBytes - 1));
        }
        return value;
    }
}
