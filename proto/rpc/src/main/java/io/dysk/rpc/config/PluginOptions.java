package io.dysk.rpc.config;

import io.dysk.rpc.server.SocketPath;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/** The options that both programs have. */
public final class PluginOptions {
    private static final int MOST_CALLS = 10_000;

    private final Option endpoint;
    private final Option http;
    private final Option logFormat;
    private final Option logLevel;
    private final Option otlp;
    private final Option drainTime;
    private final Option maxCalls;

    /** Adds them. */
    public PluginOptions(Options options) {
        endpoint = options.option("--endpoint", "URL", "unix:///csi/csi.sock", "Unix socket to serve CSI on.");
        http = options.option("--http-address", "HOST:PORT", "", "Serve /metrics, /healthz and /readyz here; without a host, on all addresses.");
        logFormat = options.option("--log-format", "FORMAT", "text", "Log lines as text or as json.");
        logLevel = options.option("--log-level", "LEVEL", "info", "Log this and what matters more: error, warning, info, debug.");
        otlp = options.option("--otlp-endpoint", "URL", "", "Send traces to this OpenTelemetry collector over OTLP/HTTP, as http://collector:4318.");
        drainTime = options.option("--drain-time", "TIME", "20s", "When told to end, let running calls go on for so long: 500ms, 20s, 2m.");
        maxCalls = options.option("--max-calls", "N", "256", "Refuse calls beyond so many at a time with RESOURCE_EXHAUSTED.");
    }

    /**
     * Their values.
     *
     * @throws ConfigurationException if one can't be, naming it
     */
    public PluginConfig config() {
        return new PluginConfig(socket(), http.address(), logFormat.choice(LogFormat.class), logLevel.choice(LogLevel.class), collector(),
                drainTime.time(), maxCalls.number(1, MOST_CALLS));
    }

    private SocketPath socket() {
        try {
            return SocketPath.parse(endpoint.text());
        } catch (IllegalArgumentException e) {
            throw endpoint.wrong(e.getMessage());
        }
    }

    private Optional<URI> collector() {
        if (otlp.given().isEmpty()) {
            return Optional.empty();
        }
        try {
            URI uri = new URI(otlp.text());
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return Optional.of(uri);
            }
        } catch (URISyntaxException e) {
            // Said below, without the text: a URL may have a password in it.
        }
        throw otlp.wrong("must be a URL like http://collector:4318");
    }
}
