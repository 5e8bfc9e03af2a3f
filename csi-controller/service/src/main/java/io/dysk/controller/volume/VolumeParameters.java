package io.dysk.controller.volume;

import io.dysk.blob.ContainerName;
import io.dysk.controller.account.EndpointChoice;
import io.dysk.rpc.call.RpcFailure;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Checked parameters.
 *
 * @param values in a form that can be compared
 */
public record VolumeParameters(Map<VolumeParameter, String> values) {
    /** What Kubernetes' provisioner adds by itself: the claim's names, and what it read out of the class for its own use. */
    private static final String OF_KUBERNETES = "csi.storage.k8s.io/";
    /** Together in one note, beside other notes. */
    private static final int MOST_CHARACTERS = 4500;

    public VolumeParameters {
        values = Map.copyOf(values);
    }

    /**
     * Reads parameters.
     *
     * @param changeable {@code mutable_parameters}; they count more
     * @throws RpcFailure INVALID_ARGUMENT if one is unknown or can't be, by its name
     */
    public static VolumeParameters parse(Map<String, String> parameters, Map<String, String> changeable) {
        Map<VolumeParameter, String> values = read(parameters);
        Map<VolumeParameter, String> changing = read(changeable);
        changing.keySet().stream().filter(parameter -> !parameter.mutable()).findFirst().ifPresent(parameter -> {
            throw RpcFailure.invalidArgument("parameter '" + parameter.text() + "' can't be changed, only tier and tags can: give it in the StorageClass");
        });
        values.putAll(changing);
        VolumeParameters result = new VolumeParameters(values);
        result.tags(); // checked
        if (result.note().length() > MOST_CHARACTERS) {
            throw RpcFailure.invalidArgument("the parameters are too long in all; shorten the longest, mostly tags or mkfsOptions");
        }
        return result;
    }

    private static Map<VolumeParameter, String> read(Map<String, String> parameters) {
        Map<VolumeParameter, String> values = new EnumMap<>(VolumeParameter.class);
        new TreeMap<>(parameters).forEach((name, given) -> {
            if (name.startsWith(OF_KUBERNETES)) {
                return;
            }
            VolumeParameter parameter = VolumeParameter.of(name).orElseThrow(() -> RpcFailure.invalidArgument(
                    "there is no parameter '" + name + "'; there are " + VolumeParameter.names()));
            String value = given.strip();
            parameter.fault(value).ifPresent(fault -> {
                throw RpcFailure.invalidArgument(fault);
            });
            if (values.put(parameter, canonical(parameter, value)) != null) {
                throw RpcFailure.invalidArgument("parameter '" + name + "' is there twice, in different case");
            }
        });
        return values;
    }

    private static String canonical(VolumeParameter parameter, String value) {
        return switch (parameter) {
            case SKU, VHD -> value.toLowerCase(Locale.ROOT);
            case TIER -> value.toUpperCase(Locale.ROOT);
            default -> value;
        };
    }

    /** Reads what {@link #note} wrote; what can't be read is left out. */
    public static VolumeParameters ofNote(String note) {
        Map<VolumeParameter, String> values = new EnumMap<>(VolumeParameter.class);
        for (String pair : note.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                VolumeParameter.of(pair.substring(0, equals)).ifPresent(parameter ->
                        values.put(parameter, URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8)));
            }
        }
        return new VolumeParameters(values);
    }

    /** In one line of visible ASCII, as it is kept with the volume; not empty. */
    public String note() {
        return sorted().entrySet().stream().map(entry -> entry.getKey().text() + "=" + VolumeNotes.encoded(entry.getValue()))
                .collect(Collectors.joining("&", "&", ""));
    }

    private EnumMap<VolumeParameter, String> sorted() {
        EnumMap<VolumeParameter, String> sorted = new EnumMap<>(VolumeParameter.class);
        sorted.putAll(values);
        return sorted;
    }

    /** What differs between a volume that is there and what is asked for now; empty: nothing. */
    List<String> differences(VolumeParameters wanted) {
        List<String> differences = new ArrayList<>();
        for (VolumeParameter parameter : VolumeParameter.values()) {
            Optional<String> old = get(parameter);
            Optional<String> now = wanted.get(parameter);
            if (!old.equals(now)) {
                differences.add("parameter " + parameter.text() + " was " + old.map(text -> "'" + text + "'").orElse("not given") + " and is "
                        + now.map(text -> "'" + text + "'").orElse("not given"));
            }
        }
        return differences;
    }

    public Optional<String> get(VolumeParameter parameter) {
        return Optional.ofNullable(values.get(parameter));
    }

    /** The container, or the default one. */
    ContainerName container(ContainerName usual) {
        return get(VolumeParameter.CONTAINER).map(ContainerName::new).orElse(usual);
    }

    String prefix() {
        return get(VolumeParameter.BLOB_NAME_PREFIX).orElse("");
    }

    boolean vhd() {
        return get(VolumeParameter.VHD).map(Boolean::parseBoolean).orElse(false);
    }

    EndpointChoice endpoint() {
        return new EndpointChoice(get(VolumeParameter.ENDPOINT), get(VolumeParameter.ENDPOINT_SUFFIX));
    }

    /**
     * The tags.
     *
     * @throws RpcFailure INVALID_ARGUMENT if they can't be
     */
    Map<String, String> tags() {
        Map<String, String> tags = new TreeMap<>();
        for (String tag : get(VolumeParameter.TAGS).map(text -> text.split(",", -1)).orElse(new String[0])) {
            int equals = tag.indexOf('=');
            String name = equals < 0 ? "" : tag.substring(0, equals).strip();
            String value = equals < 0 ? "" : tag.substring(equals + 1).strip();
            if (name.isEmpty() || name.length() > 128 || value.length() > 256 || tags.put(name, value) != null) {
                throw RpcFailure.invalidArgument("parameter 'tags': '" + tag + "' is not possible; tags are NAME=VALUE with commas between, names of"
                        + " 1 to 128 characters and each once, values of up to 256");
            }
        }
        if (tags.size() > 10) {
            throw RpcFailure.invalidArgument("parameter 'tags': there are " + tags.size() + "; a blob has at most 10");
        }
        return tags;
    }

    /** What nodes have to know, as in a volume's context. */
    Map<String, String> forNodes() {
        Map<String, String> context = new TreeMap<>();
        values.forEach((parameter, value) -> {
            if (parameter.forNodes()) {
                context.put(parameter.text(), value);
            }
        });
        return context;
    }
}
