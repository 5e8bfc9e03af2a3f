package io.dysk.node;

import io.dysk.csi.PluginCapability;
import io.dysk.rpc.config.PluginOptions;
import io.dysk.rpc.config.ProgramVersion;
import io.dysk.rpc.identity.IdentityService;
import io.dysk.rpc.plugin.Plugin;
import io.dysk.rpc.step.StepListener;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The program {@code csi-node}. */
@Command(
        name = "csi-node",
        mixinStandardHelpOptions = true,
        description = "The CSI node plugin of csi-dysk: attaches page blobs to this machine and mounts them. Needs root and the dysk kernel module.",
        sortOptions = false)
public final class NodeMain implements Callable<Integer> {
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
        NodePlugin parts = new NodePlugin(node.facts(), node.ownAccounts());
        String version = ProgramVersion.of(NodeMain.class);
        Plugin plugin = Plugin.begin(command, version, common.config());
        IdentityService identity = new IdentityService(version, capabilities(), parts.readiness(), parts.calls());
        return plugin.run(parts.readiness(), identity, parts.service(stepListeners.apply(plugin.steps())));
    }

    private static List<PluginCapability> capabilities() {
        return List.of();
    }
}
