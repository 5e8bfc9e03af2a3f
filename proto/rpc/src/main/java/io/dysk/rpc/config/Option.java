package io.dysk.rpc.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One option of a program and, once {@link Options} has read the command line, its value: from there, else from its environment
 * variable, else its default. What can't be is a {@link ConfigurationException} that names the option.
 */
public final class Option {
    private static final int HIGHEST_PORT = 65_535;

    private final String name;
    private final String placeholder;
    private final String fallback;
    private final String help;
    private final Kind kind;
    private String value;

    /** How it is written. */
    enum Kind { REQUIRED, OPTIONAL, LIST, FLAG }

    Option(Kind kind, String name, String placeholder, String fallback, String help) {
        this.kind = kind;
        this.name = name;
        this.placeholder = placeholder;
        this.fallback = fallback;
        this.help = help;
    }

    Kind kind() {
        return kind;
    }

    String name() {
        return name;
    }

    String placeholder() {
        return placeholder;
    }

    String fallback() {
        return fallback;
    }

    String help() {
        return help;
    }

    /** Its environment variable: {@code DYSK_NODE_NAME} for {@code --node-name}. */
    String variable() {
        return "DYSK_" + name.substring(2).replace('-', '_').toUpperCase(Locale.ROOT);
    }

    boolean isGiven() {
        return value != null;
    }

    void give(String given) {
        value = value == null || kind != Kind.LIST ? given : value + "," + given;
    }

    /** Its value without blanks around; empty if there is none. */
    public String text() {
        return value == null ? fallback : value.strip();
    }

    /** Its value, if there is one. */
    public Optional<String> given() {
        return Optional.of(text()).filter(text -> !text.isEmpty());
    }

    /** The parts between commas. */
    public List<String> list() {
        List<String> parts = new ArrayList<>();
        for (String part : text().split(",")) {
            if (!part.isBlank()) {
                parts.add(part.strip());
            }
        }
        return parts;
    }

    /** Of a flag. */
    public boolean on() {
        return switch (text()) {
            case "true" -> true;
            case "false", "" -> false;
            default -> throw wrong("must be true or false, not '" + text() + "'");
        };
    }

    public Path path() {
        return Path.of(text());
    }

    public int number(int least, int most) {
        try {
            int number = Integer.parseInt(text());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw wrong("must be a number " + (most == Integer.MAX_VALUE ? "from " + least : "between " + least + " and " + most) + ", not '" + text() + "'");
    }

    /** One of an enum's names. */
    public <E extends Enum<E>> E choice(Class<E> type) {
        for (E each : type.getEnumConstants()) {
            if (each.name().equals(text())) {
                return each;
            }
        }
        throw wrong("must be one of " + Arrays.stream(type.getEnumConstants()).map(Enum::name).collect(Collectors.joining(", ")) + ", not '" + text()
                + "'");
    }

    /** {@code 500ms}, {@code 20s}, {@code 2m}; without a unit, seconds. */
    public Duration time() {
        Matcher matcher = Pattern.compile("(\\d{1,6})(ms|s|m)?").matcher(text());
        if (!matcher.matches()) {
            throw wrong("'" + text() + "' is no time; 500ms, 20s and 2m are");
        }
        long number = Long.parseLong(matcher.group(1));
        String unit = matcher.group(2) == null ? "s" : matcher.group(2);
        return switch (unit) {
            case "ms" -> Duration.ofMillis(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofSeconds(number);
        };
    }

    /** {@code host:port}, or {@code :port} for all addresses of this machine; empty if there is no value. */
    public Optional<InetSocketAddress> address() {
        if (given().isEmpty()) {
            return Optional.empty();
        }
        int colon = text().lastIndexOf(':');
        String host = text().substring(0, Math.max(colon, 0)).replaceFirst("^\\[(.*)]$", "$1");
        String port = text().substring(colon + 1);
        if (colon < 0 || !port.matches("\\d{1,5}") || Integer.parseInt(port) > HIGHEST_PORT) {
            throw wrong("'" + text() + "' must be HOST:PORT or :PORT");
        }
        InetSocketAddress address = host.isEmpty() ? new InetSocketAddress(Integer.parseInt(port)) : new InetSocketAddress(host, Integer.parseInt(port));
        if (address.isUnresolved()) {
            throw wrong("no address found for '" + host + "'");
        }
        return Optional.of(address);
    }

    /** For a value that can't be; never repeats a value that may be secret. */
    public ConfigurationException wrong(String message) {
        return new ConfigurationException(name + ": " + message);
    }
}
