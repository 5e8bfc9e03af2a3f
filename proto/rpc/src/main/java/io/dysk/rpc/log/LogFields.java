package io.dysk.rpc.log;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Named values of a log line, for {@link java.util.logging.LogRecord#setParameters}: written behind the message, or as members of the
 * JSON object.
 *
 * @param values strings and numbers, in this order
 */
public record LogFields(Map<String, Object> values) {
    public LogFields {
        values = new LinkedHashMap<>(values);
    }
}
