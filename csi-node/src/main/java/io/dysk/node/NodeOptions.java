package io.dysk.node;

import io.dysk.node.controller.ControllerConnection;
import io.dysk.node.credential.CredentialSource;
import io.dysk.node.credential.OwnAccounts;
import io.dysk.node.lease.AttachersLeases;
import io.dysk.node.lease.ClaimedLeases;
import io.dysk.node.lease.ControllerLeases;
import io.dysk.node.lease.Leases;
import io.dysk.rpc.config.AccountFiles;
import io.dysk.rpc.config.ConfigurationException;
import io.dysk.rpc.config.Option;
import io.dysk.rpc.config.Options;
import io.dysk.rpc.contract.NodeId;
import io.dysk.rpc.server.TlsFiles;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The node plugin's own options. */
final class NodeOptions {
    private static final int TOPOLOGY_PART_LIMIT = 63;

    private final Option nodeName;
    private final Option maxVolumes;
    private final Option topology;
    private final Option accountsDir;
    private final Option accessEndpoint;
    private final Option accessCertificate;
    private final Option accessKey;
    private final Option accessAuthority;
    private final Option claimLeases;
    private final Option removeStartupTaint;

    /** Adds them. */
    NodeOptions(Options options) {
        nodeName = options.required("--node-name", "NAME", "Name of this node, the same at each start: Kubernetes' name for it.");
        maxVolumes = options.option("--max-volumes", "N", "256", "Volumes that this node takes.");
        topology = options.list("--topology", "KEY=VALUE",
                "Where this node is, as topology.kubernetes.io/zone=westeurope-1; several with commas or by repeating it.");
        accountsDir = options.option("--accounts-dir", "DIR", "", "Credentials of storage accounts: one .properties file each with accountname and"
                + " accountkey or sas, for volumes whose calls carry no secret.");
        accessEndpoint = options.option("--access-endpoint", "HOST:PORT", "",
                "Ask the controller here for access to volumes whose calls carry no secret and whose account isn't in --accounts-dir.");
        accessCertificate = options.option("--access-cert", "FILE", "/etc/csi-dysk/access/tls.crt", "For that, this node's certificate, PEM.");
        accessKey = options.option("--access-key", "FILE", "/etc/csi-dysk/access/tls.key", "Its key, PEM, PKCS 8.");
        accessAuthority = options.option("--access-ca", "FILE", "/etc/csi-dysk/access/ca.crt",
                "The authority that the controller's certificate is from, PEM.");
        claimLeases = options.flag("--claim-leases", "Take the lease of a volume when it is staged, and give it back when it is unstaged: for a CSIDriver with"
                + " attachRequired: false. Needs --access-endpoint, and a controller with --serve-claims.");
        removeStartupTaint = options.flag("--remove-startup-taint", "Take the taint csi-dysk/agent-not-ready off this node once kubelet has registered the"
                + " driver. Needs a service account that may get csinodes, and get and patch nodes.");
    }

    boolean removesStartupTaint() {
        return removeStartupTaint.on();
    }

    NodeFacts facts() {
        int most = maxVolumes.number(1, Integer.MAX_VALUE);
        try {
            return new NodeFacts(new NodeId(nodeName.text()), most, topology());
        } catch (IllegalArgumentException e) {
            throw nodeName.wrong(e.getMessage());
        }
    }

    /** The way to the controller; empty if it isn't to be asked. */
    Optional<ControllerConnection> controller() {
        if (accessEndpoint.given().isEmpty()) {
            if (claimLeases.on()) {
                throw claimLeases.wrong("needs --access-endpoint: it is the controller that leases");
            }
            return Optional.empty();
        }
        if (!accessEndpoint.text().matches("\\S+:\\d{1,5}")) {
            throw accessEndpoint.wrong("'" + accessEndpoint.text() + "' must be HOST:PORT");
        }
        try {
            return Optional.of(new ControllerConnection(accessEndpoint.text(),
                    new TlsFiles(accessCertificate.path(), accessKey.path(), accessAuthority.path())));
        } catch (IOException e) {
            throw new ConfigurationException("--access-cert, --access-key, --access-ca: " + e.getMessage());
        }
    }

    /** @param controller there if leases are claimed */
    Leases leases(Optional<ControllerConnection> controller, NodeId node) {
        return claimLeases.on() ? new ClaimedLeases(new ControllerLeases(controller.orElseThrow(), node)) : new AttachersLeases();
    }

    CredentialSource ownAccounts() {
        return accountsDir.given().isEmpty() ? CredentialSource.NONE : new OwnAccounts(AccountFiles.in(accountsDir.path()));
    }

    private Map<String, String> topology() {
        Map<String, String> segments = new HashMap<>();
        for (String segment : topology.list()) {
            int equals = segment.indexOf('=');
            String name = segment.substring(segment.indexOf('/') + 1, Math.max(equals, segment.indexOf('/') + 1));
            String value = segment.substring(equals + 1);
            if (equals <= 0 || name.isEmpty() || name.length() > TOPOLOGY_PART_LIMIT || value.isEmpty() || value.length() > TOPOLOGY_PART_LIMIT) {
                throw topology.wrong("'" + segment + "' must be KEY=VALUE, each of at most " + TOPOLOGY_PART_LIMIT + " characters");
            }
            segments.put(segment.substring(0, equals), value);
        }
        return segments;
    }
}
