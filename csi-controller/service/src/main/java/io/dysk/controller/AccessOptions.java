package io.dysk.controller;

import io.dysk.controller.publish.Contention;
import io.dysk.controller.publish.KubernetesLostNodes;
import io.dysk.rpc.config.ConfigurationException;
import io.dysk.rpc.config.Option;
import io.dysk.rpc.config.Options;
import io.dysk.rpc.kubernetes.ApiServer;
import io.dysk.rpc.plugin.Plugin;
import io.dysk.rpc.server.TlsFiles;
import io.grpc.BindableService;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Options of the service that gives rights to nodes without credentials, and leases to nodes that ask for them. */
final class AccessOptions {
    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofDays(7);

    private final Option address;
    private final Option validFor;
    private final Option certificate;
    private final Option key;
    private final Option authority;
    private final Option claims;
    private final Option fenceLostNodes;

    /** Adds them. */
    AccessOptions(Options options) {
        address = options.option("--access-address", "HOST:PORT", "", "Give nodes without credentials a SAS for each volume that is published to them,"
                + " here, over TLS with certificates on both sides. Needs --accounts-dir.");
        validFor = options.option("--access-time", "TIME", "60m", "How long such a SAS is valid, 1m to 10080m; nodes renew it.");
        certificate = options.option("--tls-cert", "FILE", "", "Certificate for --access-address, PEM.");
        key = options.option("--tls-key", "FILE", "", "Its key, PEM, PKCS 8.");
        authority = options.option("--tls-ca", "FILE", "", "Authority of the nodes' certificates, PEM.");
        claims = options.flag("--serve-claims", "Lease volumes to nodes that ask for it at --access-address: node plugins with --claim-leases, where the"
                + " CSIDriver says attachRequired: false. With the accounts of --accounts-dir only.");
        fenceLostNodes = options.flag("--fence-lost-nodes", "For --serve-claims: take volumes away from nodes whose Node object is deleted or has the taint"
                + " node.kubernetes.io/out-of-service. Needs a service account that may get nodes.");
    }

    boolean served() {
        return address.given().isPresent();
    }

    /** @throws ConfigurationException if something can't be */
    void check() {
        address.address();
        Duration time = validFor.time();
        if (time.compareTo(SHORTEST) < 0 || time.compareTo(LONGEST) > 0) {
            throw validFor.wrong("'" + validFor.text() + "' must be 1m to 10080m");
        }
        if (served() && Stream.of(certificate, key, authority).anyMatch(file -> file.given().isEmpty())) {
            throw address.wrong("needs --tls-cert, --tls-key and --tls-ca: what is given there opens volumes");
        }
        if (claims.on() && !served()) {
            throw claims.wrong("needs --access-address, where nodes ask");
        }
        if (fenceLostNodes.on() && !claims.on()) {
            throw fenceLostNodes.wrong("needs --serve-claims; without it Kubernetes itself says which nodes are given up, through its attacher");
        }
    }

    /**
     * How claims of nodes are answered; empty if they aren't.
     *
     * @throws IOException if Kubernetes can't be asked which nodes are lost, and what is missing
     */
    Optional<Contention> claims(Plugin plugin) throws IOException {
        if (!claims.on()) {
            return Optional.empty();
        }
        if (!fenceLostNodes.on()) {
            return Optional.of(Contention.ofClaims((_, _) -> {
                throw new IOException("the controller isn't started with --fence-lost-nodes. If it is dead, break the lease by hand (az storage blob lease"
                        + " break)");
            }));
        }
        ApiServer kubernetes = ApiServer.ofPod(System.getenv());
        plugin.atEnd(kubernetes);
        return Optional.of(Contention.ofClaims(new KubernetesLostNodes(kubernetes)));
    }

    /** @throws IOException if it can't be served, and why */
    void serve(Plugin plugin, Function<Duration, BindableService> service) throws IOException {
        plugin.serveTcp(address.address().orElseThrow(), new TlsFiles(certificate.path(), key.path(), authority.path()), service.apply(validFor.time()));
    }
}
