package io.dysk.blobserver;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * An answer as it came.
 *
 * @param headers names in lower case
 */
record Reply(int status, Map<String, String> headers, byte[] body) {
    String header(String name) {
        return headers.get(name);
    }

    /** The service's error code, or the empty string. */
    String code() {
        return headers.getOrDefault("x-ms-error-code", "");
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** "412 LeaseLost", or "200" for answers without a code. */
    String summary() {
        return (status + " " + code()).strip();
    }
}
