package io.dysk.rpc.config;

import io.dysk.rpc.server.SocketPath;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that both programs have, for {@code @Mixin}. Each can come from an environment variable instead. */
public final class PluginOptions {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,6})(ms|s|m)?");
    private static final Pattern ADDRESS = Pattern.compile("(|\\[[0-9a-fA-F:.]+]|[^:\\[\\]/]+):(\\d{1,5})");

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--endpoint", paramLabel = "URL", defaultValue = "${env:DYSK_ENDPOINT:-unix:///csi/csi.sock}",
            description = "Unix socket to serve CSI on (DYSK_ENDPOINT). Default: unix:///csi/csi.sock.")
    private String endpoint;

    @Option(names = "--http-address", paramLabel = "HOST:PORT", defaultValue = "${env:DYSK_HTTP_ADDRESS:-}",
            description = "Serve /metrics, /healthz and /readyz here; without a host, on all addresses (DYSK_HTTP_ADDRESS). Default: off.")
    private String httpAddress;

    @Option(names = "--log-format", paramLabel = "FORMAT", defaultValue = "${env:DYSK_LOG_FORMAT:-text}",
            description = "Log lines as ${COMPLETION-CANDIDATES} (DYSK_LOG_FORMAT). Default: text.")
    private LogFormat logFormat;

    @Option(names = "--log-level", paramLabel = "LEVEL", defaultValue = "${env:DYSK_LOG_LEVEL:-info}",
            description = "Log this and what matters more: ${COMPLETION-CANDIDATES} (DYSK_LOG_LEVEL). Default: info.")
    private LogLevel logLevel;

    @Option(names = "--otlp-endpoint", paramLabel = "URL", defaultValue = "${env:DYSK_OTLP_ENDPOINT:-}",
            description = "Send traces to this OpenTelemetry collector over OTLP/HTTP, as http://collector:4318 (DYSK_OTLP_ENDPOINT). "
                    + "Default: off.")
    private String otlpEndpoint;

    @Option(names = "--drain-time", paramLabel = "TIME", defaultValue = "${env:DYSK_DRAIN_TIME:-20s}",
            description = "When told to end, let running calls go on for so long: 500ms, 20s, 2m (DYSK_DRAIN_TIME). Default: 20s.")
    private String drainTime;

    @Option(names = "--max-calls", paramLabel = "N", defaultValue = "${env:DYSK_MAX_CALLS:-256}",
            description = "Refuse calls beyond so many at a time with RESOURCE_EXHAUSTED (DYSK_MAX_CALLS). Default: 256.")
    private int maxCalls;

    /**
     * The options' values.
     *
     * @throws ParameterException if one can't be: it is shown with the usage, and the program ends with 2
     */
    public PluginConfig config() {
        if (maxCalls < 1 || maxCalls > 10_000) {
            throw wrong("--max-calls: between 1 and 10000, not " + maxCalls);
        }
        return new PluginConfig(socket(), address("--http-address", httpAddress), logFormat, logLevel, collector(), duration("--drain-time", drainTime),
                maxCalls);
    }

    private SocketPath socket() {
        try {
            return SocketPath.parse(endpoint);
        } catch (IllegalArgumentException e) {
            throw wrong("--endpoint: " + e.getMessage());
        }
    }

    private Optional<URI> collector() {
        if (otlpEndpoint.isBlank()) {
            return Optional.empty();
        }
        try {
            URI uri = new URI(otlpEndpoint.strip());
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return Optional.of(uri);
            }
        } catch (URISyntaxException e) {
            // Said below, without the text: a URL may have a password in it.
        }
        throw wrong("--otlp-endpoint: must be a URL like http://collector:4318");
    }

    /**
     * An address, as both programs write it.
     *
     * @param option for the message
     * @param text {@code host:port} or {@code :port}; blank for none
     * @throws ParameterException if it can't be one
     */
    public Optional<InetSocketAddress> address(String option, String text) {
        if (text == null || text.isBlank()) {
            return Optional.empty();
        }
        Matcher matcher = ADDRESS.matcher(text.strip());
        if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > 65_535) {
            throw wrong(option + ": '" + text + "' must be HOST:PORT or :PORT");
        }
        int port = Integer.parseInt(matcher.group(2));
        String host = matcher.group(1);
        InetSocketAddress address = host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw wrong(option + ": no address found for '" + host + "'");
        }
        return Optional.of(address);
    }

    /**
     * A time, as both programs write it.
     *
     * @param option for the message
     * @param text {@code 500ms}, {@code 20s}, {@code 2m}; without a unit, seconds
     * @throws ParameterException if it can't be one
     */
    public Duration duration(String option, String text) {
        Matcher matcher = DURATION.matcher(text.strip());
        if (!matcher.matches()) {
            throw wrong(option + ": '" + text + "' is no time; 500ms, 20s and 2m are");
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "m" -> Duration.ofMinutes(number);
            case null, default -> Duration.ofSeconds(number);
        };
    }

    private ParameterException wrong(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
