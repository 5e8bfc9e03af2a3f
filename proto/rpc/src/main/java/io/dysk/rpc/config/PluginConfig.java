package io.dysk.rpc.config;

import io.dysk.rpc.server.SocketPath;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * What both programs are told, checked.
 *
 * @param endpoint where CSI is served
 * @param http where metrics and health are served; empty: nowhere
 * @param logFormat how log lines look
 * @param logLevel the least that is logged
 * @param otlp base URL of the OpenTelemetry collector; empty: no traces
 * @param drainTime how long running calls may go on when the program is told to end
 * @param maxCalls at a time
 */
public record PluginConfig(
        SocketPath endpoint,
        Optional<InetSocketAddress> http,
        LogFormat logFormat,
        LogLevel logLevel,
        Optional<URI> otlp,
        Duration drainTime,
        int maxCalls) {}
