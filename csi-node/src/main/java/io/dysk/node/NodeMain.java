package io.dysk.node;

import io.dysk.node.controller.ControllerConnection;
import io.dysk.node.credential.ControllerAccess;
import io.dysk.node.credential.CredentialSource;
import io.dysk.node.startup.TaintWatch;
import io.dysk.rpc.config.Options;
import io.dysk.rpc.config.PluginConfig;
import io.dysk.rpc.config.PluginOptions;
import io.dysk.rpc.config.ProgramVersion;
import io.dysk.rpc.identity.DriverCapabilities;
import io.dysk.rpc.identity.IdentityService;
import io.dysk.rpc.identity.Readiness;
import io.dysk.rpc.plugin.Plugin;
import io.dysk.rpc.step.StepListener;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.logging.Logger;

/** The program {@code csi-node}. */
public final class NodeMain {
    private static final Logger LOG = Logger.getLogger(NodeMain.class.getName());

    private NodeMain() {}

    public static void main(String[] args) {
        System.exit(run(args, UnaryOperator.identity()));
    }

    /**
     * Runs it until it is told to end.
     *
     * @param stepListeners makes the listener of steps from the program's own; for tests that end the process at a step
     * @return the exit code
     */
    public static int run(String[] args, UnaryOperator<StepListener> stepListeners) {
        Options options = new Options("csi-node", ProgramVersion.of(NodeMain.class),
                "The CSI node plugin of csi-dysk: attaches page blobs to this machine and mounts them. Needs root and the dysk kernel module.");
        PluginOptions common = new PluginOptions(options);
        NodeOptions node = new NodeOptions(options);
        return options.run(args, () -> serve(options, common.config(), node, stepListeners));
    }

    private static int serve(Options options, PluginConfig config, NodeOptions node, UnaryOperator<StepListener> stepListeners) {
        NodeFacts facts = node.facts();
        CredentialSource own = node.ownAccounts();
        Optional<ControllerConnection> controller = node.controller();
        CredentialSource credentials = controller.map(connection -> own.or(new ControllerAccess(connection, facts.id()))).orElse(own);
        NodePlugin parts = new NodePlugin(facts, credentials, node.leases(controller, facts.id()));
        Plugin plugin = Plugin.begin(options, config);
        controller.ifPresent(connection -> {
            plugin.atEnd(connection);
            connection.connect();
        });
        plugin.atEnd(parts.renewCredentials());
        plugin.metrics().add(parts.metrics());
        if (node.removesStartupTaint()) {
            plugin.atEnd(TaintWatch.start(facts.id(), System.getenv()));
        }
        warnIfNotReady(parts.readiness());
        IdentityService identity = new IdentityService(options.version(), DriverCapabilities.of(!facts.topology().isEmpty()), parts.readiness(),
                parts.calls());
        return plugin.run(parts.readiness(), identity, parts.service(stepListeners.apply(plugin.steps())));
    }

    /** The module may be loaded later; until then every call says so, and so does the log. */
    private static void warnIfNotReady(Readiness readiness) {
        try {
            readiness.check();
        } catch (RuntimeException e) {
            LOG.warning(() -> "not ready: " + e.getMessage());
        }
    }
}
