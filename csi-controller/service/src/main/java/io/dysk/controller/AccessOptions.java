package io.dysk.controller;

import io.dysk.rpc.config.PluginOptions;
import io.dysk.rpc.plugin.Plugin;
import io.dysk.rpc.server.TlsFiles;
import io.grpc.BindableService;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of the service that gives rights to nodes without credentials, for {@code @Mixin}. */
final class AccessOptions {
    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofDays(7);

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--access-address", paramLabel = "HOST:PORT", defaultValue = "${env:DYSK_ACCESS_ADDRESS:-}",
            description = "Give nodes without credentials a SAS for each volume that is published to them, here, over TLS with certificates on both"
                    + " sides (DYSK_ACCESS_ADDRESS). Needs --accounts-dir. Default: off.")
    private String address;

    @Option(names = "--access-time", paramLabel = "TIME", defaultValue = "${env:DYSK_ACCESS_TIME:-60m}",
            description = "How long such a SAS is valid, 1m to 10080m; nodes renew it (DYSK_ACCESS_TIME). Default: 60m.")
    private String validFor;

    @Option(names = "--tls-cert", paramLabel = "FILE", defaultValue = "${env:DYSK_TLS_CERT:-}",
            description = "Certificate for --access-address, PEM (DYSK_TLS_CERT).")
    private String certificate;

    @Option(names = "--tls-key", paramLabel = "FILE", defaultValue = "${env:DYSK_TLS_KEY:-}",
            description = "Its key, PEM, PKCS 8 (DYSK_TLS_KEY).")
    private String key;

    @Option(names = "--tls-ca", paramLabel = "FILE", defaultValue = "${env:DYSK_TLS_CA:-}",
            description = "Authority of the nodes' certificates, PEM (DYSK_TLS_CA).")
    private String authority;

    boolean served() {
        return !address.isBlank();
    }

    /** @throws ParameterException if something can't be */
    void check(PluginOptions common) {
        common.address("--access-address", address);
        Duration time = common.duration("--access-time", validFor);
        if (time.compareTo(SHORTEST) < 0 || time.compareTo(LONGEST) > 0) {
            throw new ParameterException(command.commandLine(), "--access-time: '" + validFor + "' must be 1m to 10080m");
        }
        if (served() && (certificate.isBlank() || key.isBlank() || authority.isBlank())) {
            throw new ParameterException(command.commandLine(), "--access-address needs --tls-cert, --tls-key and --tls-ca: what is given there opens"
                    + " volumes");
        }
    }

    /** @throws IOException if it can't be served, and why */
    void serve(Plugin plugin, PluginOptions common, Function<Duration, BindableService> service) throws IOException {
        plugin.serveTcp(common.address("--access-address", address).orElseThrow(), new TlsFiles(Path.of(certificate), Path.of(key), Path.of(authority)),
                service.apply(common.duration("--access-time", validFor)));
    }
}
