package io.dysk.blob;

import java.nio.charset.StandardCharsets;

/**
 * Percent encoding of everything but the unreserved characters.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc3986#section-2">RFC 3986, section 2</a>
 */
final class PercentEncoding {
    private static final String UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    private PercentEncoding() {}

    /** A path: slashes stay. */
    static String path(String text) {
        return encode(text, UNRESERVED + "/");
    }

    /** A name or value in a query. */
    static String query(String text) {
        return encode(text, UNRESERVED);
    }

    private static String encode(String text, String kept) {
        StringBuilder encoded = new StringBuilder(text.length() + 16);
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            if (octet >= 0 && kept.indexOf(octet) >= 0) {
                encoded.append((char) octet);
            } else {
                encoded.append('%').append(Character.forDigit(octet >> 4 & 15, 16)).append(Character.forDigit(octet & 15, 16));
            }
        }
        return upperCaseEscapes(encoded);
    }

    private static String upperCaseEscapes(StringBuilder encoded) {
        for (int i = 0; i + 2 < encoded.length(); i++) {
            if (encoded.charAt(i) == '%') {
                encoded.setCharAt(i + 1, Character.toUpperCase(encoded.charAt(i + 1)));
                encoded.setCharAt(i + 2, Character.toUpperCase(encoded.charAt(i + 2)));
            }
        }
        return encoded.toString();
    }
}
