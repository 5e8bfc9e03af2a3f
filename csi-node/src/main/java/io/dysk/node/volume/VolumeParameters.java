package io.dysk.node.volume;

import io.dysk.kernel.Limits;
import io.dysk.rpc.call.RpcFailure;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the StorageClass says to the node, through the volume context. Keys that aren't the node's are left alone.
 *
 * @param mkfsOptions appended to mkfs's arguments; options can't have blanks in them
 * @param limits of the device
 */
public record VolumeParameters(List<String> mkfsOptions, Limits limits) {
    private static final String MKFS_OPTIONS = "mkfsOptions";
    private static final String MAX_CONNECTIONS = "maxConnections";
    private static final String REQUEST_TIMEOUT = "requestTimeout";
    private static final String NO_PATH_TIMEOUT = "noPathTimeout";
    private static final String FOREVER = "0";

    public VolumeParameters {
        mkfsOptions = List.copyOf(mkfsOptions);
    }

    /** @throws RpcFailure INVALID_ARGUMENT naming the key */
    public static VolumeParameters parse(Map<String, String> context) {
        String options = context.getOrDefault(MKFS_OPTIONS, "").strip();
        Limits limits = Limits.DEFAULTS;
        Optional<Integer> connections = value(context, MAX_CONNECTIONS, "a number from 1 to 64", Integer::parseInt);
        Optional<Duration> request = value(context, REQUEST_TIMEOUT, "a time such as 30s", VolumeParameters::duration);
        Optional<Duration> noPath = value(context, NO_PATH_TIMEOUT, "a time such as 3m, or 0 to wait for ever",
                text -> text.equals(FOREVER) ? Limits.FOREVER : duration(text));
        try {
            limits = connections.isPresent() ? limits.withMaxConnections(connections.get()) : limits;
            limits = request.isPresent() ? limits.withRequestTimeout(request.get()) : limits;
            limits = noPath.isPresent() ? limits.withNoPathTimeout(noPath.get()) : limits;
        } catch (IllegalArgumentException e) {
            throw RpcFailure.invalidArgument("volume context: " + e.getMessage() + "; correct the StorageClass and create the volume anew");
        }
        return new VolumeParameters(options.isEmpty() ? List.of() : List.of(options.split("\\s+")), limits);
    }

    private static <T> Optional<T> value(Map<String, String> context, String key, String expected, Function<String, T> reader) {
        String text = context.get(key);
        if (text == null || text.isBlank()) {
            return Optional.empty();
        }
        try {
            return Optional.of(reader.apply(text.strip()));
        } catch (IllegalArgumentException e) {
            throw RpcFailure.invalidArgument("volume context: '" + key + "' must be " + expected + ", not '" + text + "'; correct the StorageClass and"
                    + " create the volume anew");
        }
    }

    /** {@code 500ms}, {@code 30s}, {@code 3m}, {@code 2h}; a bare number counts seconds. */
    private static Duration duration(String text) {
        String number = text.replaceFirst("(ms|s|m|h)$", "");
        long amount = Long.parseLong(number);
        return switch (text.substring(number.length())) {
            case "ms" -> Duration.ofMillis(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofSeconds(amount);
        };
    }
}
