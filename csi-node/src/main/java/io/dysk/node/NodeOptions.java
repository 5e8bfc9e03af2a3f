package io.dysk.node;

import io.dysk.node.credential.ControllerAccess;
import io.dysk.node.credential.CredentialSource;
import io.dysk.node.credential.OwnAccounts;
import io.dysk.rpc.config.AccountFiles;
import io.dysk.rpc.config.ConfigurationException;
import io.dysk.rpc.contract.NodeId;
import io.dysk.rpc.server.TlsFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The node plugin's own options, for {@code @Mixin}. */
final class NodeOptions {
    private static final int TOPOLOGY_PART_LIMIT = 63;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--node-name", required = true, paramLabel = "NAME", defaultValue = "${env:DYSK_NODE_NAME}",
            description = "Name of this node, the same at each start: Kubernetes' name for it (DYSK_NODE_NAME).")
    private String nodeName;

    @Option(names = "--max-volumes", paramLabel = "N", defaultValue = "${env:DYSK_MAX_VOLUMES:-256}",
            description = "Volumes that this node takes (DYSK_MAX_VOLUMES). Default: 256.")
    private int maxVolumes;

    @Option(names = "--topology", paramLabel = "KEY=VALUE", split = ",", defaultValue = "${env:DYSK_TOPOLOGY:-}",
            description = "Where this node is, as topology.kubernetes.io/zone=westeurope-1; several with commas or by repeating it (DYSK_TOPOLOGY). Default: none.")
    private List<String> topology;

    @Option(names = "--accounts-dir", paramLabel = "DIR", defaultValue = "${env:DYSK_ACCOUNTS_DIR:-}",
            description = "Credentials of storage accounts: one .properties file each with accountname and accountkey or sas, for volumes whose calls"
                    + " carry no secret (DYSK_ACCOUNTS_DIR). Default: none.")
    private String accountsDir;

    @Option(names = "--access-endpoint", paramLabel = "HOST:PORT", defaultValue = "${env:DYSK_ACCESS_ENDPOINT:-}",
            description = "Ask the controller here for access to volumes whose calls carry no secret and whose account isn't in --accounts-dir"
                    + " (DYSK_ACCESS_ENDPOINT). Default: off.")
    private String accessEndpoint;

    @Option(names = "--access-cert", paramLabel = "FILE", defaultValue = "${env:DYSK_ACCESS_CERT:-/etc/csi-dysk/access/tls.crt}",
            description = "For that, this node's certificate, PEM (DYSK_ACCESS_CERT). Default: /etc/csi-dysk/access/tls.crt.")
    private Path accessCertificate;

    @Option(names = "--access-key", paramLabel = "FILE", defaultValue = "${env:DYSK_ACCESS_KEY:-/etc/csi-dysk/access/tls.key}",
            description = "Its key, PEM, PKCS 8 (DYSK_ACCESS_KEY). Default: /etc/csi-dysk/access/tls.key.")
    private Path accessKey;

    @Option(names = "--access-ca", paramLabel = "FILE", defaultValue = "${env:DYSK_ACCESS_CA:-/etc/csi-dysk/access/ca.crt}",
            description = "The authority that the controller's certificate is from, PEM (DYSK_ACCESS_CA). Default: /etc/csi-dysk/access/ca.crt.")
    private Path accessAuthority;

    NodeFacts facts() {
        if (maxVolumes < 1) {
            throw wrong("--max-volumes: at least 1, not " + maxVolumes);
        }
        try {
            return new NodeFacts(new NodeId(nodeName), maxVolumes, topology());
        } catch (IllegalArgumentException e) {
            throw wrong("--node-name: " + e.getMessage());
        }
    }

    /** The controller as a source; empty if it isn't to be asked. */
    Optional<ControllerAccess> controllerAccess(NodeId node) {
        if (accessEndpoint.isBlank()) {
            return Optional.empty();
        }
        if (!accessEndpoint.matches("\\S+:\\d{1,5}")) {
            throw wrong("--access-endpoint: '" + accessEndpoint + "' must be HOST:PORT");
        }
        try {
            return Optional.of(new ControllerAccess(accessEndpoint.strip(), new TlsFiles(accessCertificate, accessKey, accessAuthority), node));
        } catch (IOException e) {
            throw wrong("--access-cert, --access-key, --access-ca: " + e.getMessage());
        }
    }

    CredentialSource ownAccounts() {
        try {
            return accountsDir.isBlank() ? CredentialSource.NONE : new OwnAccounts(AccountFiles.in(Path.of(accountsDir)));
        } catch (ConfigurationException e) {
            throw wrong(e.getMessage());
        }
    }

    private Map<String, String> topology() {
        Map<String, String> segments = new HashMap<>();
        for (String segment : topology == null ? List.<String>of() : topology) {
            if (segment.isBlank()) {
                continue;
            }
            int equals = segment.indexOf('=');
            String name = segment.substring(segment.indexOf('/') + 1, Math.max(equals, segment.indexOf('/') + 1));
            String value = segment.substring(equals + 1);
            if (equals <= 0 || name.isEmpty() || name.length() > TOPOLOGY_PART_LIMIT || value.isEmpty() || value.length() > TOPOLOGY_PART_LIMIT) {
                throw wrong("--topology: '" + segment + "' must be KEY=VALUE, each of at most " + TOPOLOGY_PART_LIMIT + " characters");
            }
            segments.put(segment.substring(0, equals), value);
        }
        return segments;
    }

    private ParameterException wrong(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
