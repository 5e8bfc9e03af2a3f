package io.dysk.rpc.log;

import io.dysk.rpc.config.LogLevel;
import io.dysk.rpc.scope.CallScope;
import io.dysk.rpc.scope.Secrets;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.text.MessageFormat;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.logging.LogRecord;

/**
 * What one line says, with secrets taken out.
 *
 * @param fields the call's, then the record's own: strings and numbers
 * @param stack of the exception, if there is one; many lines
 */
record LogLine(Instant time, LogLevel level, String logger, String message, Map<String, Object> fields, Optional<String> stack) {

    /** In the thread that logs: the call is the one that it works on. */
    static LogLine of(LogRecord record) {
        Optional<CallScope> call = CallScope.current();
        Secrets secrets = call.map(CallScope::secrets).orElse(Secrets.NONE);
        Map<String, Object> fields = new LinkedHashMap<>();
        call.ifPresent(scope -> {
            fields.put("request_id", scope.requestId());
            fields.put("method", scope.method());
            if (!scope.volume().isEmpty()) {
                fields.put("volume", scope.volume());
            }
        });
        Object[] parameters = record.getParameters();
        if (parameters != null && parameters.length == 1 && parameters[0] instanceof LogFields own) {
            own.values().forEach((name, value) -> fields.put(name, value instanceof String text ? secrets.scrub(text) : value));
        }
        return new LogLine(record.getInstant(), LogLevel.of(record.getLevel()), shortName(record.getLoggerName()),
                secrets.scrub(message(record)), fields, Optional.ofNullable(record.getThrown()).map(LogLine::stack).map(secrets::scrub));
    }

    private static String message(LogRecord record) {
        String message = record.getMessage() == null ? "" : record.getMessage();
        Object[] parameters = record.getParameters();
        if (parameters == null || parameters.length == 0 || parameters[0] instanceof LogFields || message.indexOf('{') < 0) {
            return message;
        }
        try {
            return MessageFormat.format(message, parameters);
        } catch (IllegalArgumentException e) {
            return message;
        }
    }

    private static String shortName(String logger) {
        return logger == null ? "" : logger.substring(logger.lastIndexOf('.') + 1);
    }

    private static String stack(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString().stripTrailing();
    }
}
