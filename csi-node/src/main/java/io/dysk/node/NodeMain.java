package io.dysk.node;

import io.dysk.node.credential.ControllerAccess;
import io.dysk.node.credential.CredentialSource;
import io.dysk.rpc.config.PluginOptions;
import io.dysk.rpc.config.ProgramVersion;
import io.dysk.rpc.identity.DriverCapabilities;
import io.dysk.rpc.identity.IdentityService;
import io.dysk.rpc.identity.Readiness;
import io.dysk.rpc.plugin.Plugin;
import io.dysk.rpc.step.StepListener;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import java.util.logging.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine;

/** The program {@code csi-node}. */
@Command(
        name = "csi-node",
        mixinStandardHelpOptions = true,
        description = "The CSI node plugin of csi-dysk: attaches page blobs to this machine and mounts them. Needs root and the dysk kernel module.",
        sortOptions = false)
public final class NodeMain implements Callable<Integer> {
    private static final Logger LOG = Logger.getLogger(NodeMain.class.getName());

    @Spec
    private CommandSpec command;

    @Mixin
    private PluginOptions common;

    @Mixin
    private NodeOptions node;

    private final UnaryOperator<StepListener> stepListeners;

    private NodeMain(UnaryOperator<StepListener> stepListeners) {
        this.stepListeners = stepListeners;
    }

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
        NodeMain main = new NodeMain(stepListeners);
        CommandLine line = new CommandLine(main);
        line.getCommandSpec().versionProvider(() -> new String[] {"csi-node " + ProgramVersion.of(NodeMain.class)});
        return line.execute(args);
    }

    @Override
    public Integer call() {
        NodeFacts facts = node.facts();
        CredentialSource own = node.ownAccounts();
        Optional<ControllerAccess> controller = node.controllerAccess(facts.id());
        NodePlugin parts = new NodePlugin(facts, controller.map(own::or).orElse(own));
        String version = ProgramVersion.of(NodeMain.class);
        Plugin plugin = Plugin.begin(command, version, common.config());
        controller.ifPresent(plugin::atEnd);
        plugin.atEnd(parts.renewCredentials());
        plugin.metrics().add(parts.metrics());
        warnIfNotReady(parts.readiness());
        IdentityService identity = new IdentityService(version, DriverCapabilities.of(!facts.topology().isEmpty()), parts.readiness(),
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
