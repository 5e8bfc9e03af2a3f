package io.dysk.controller;

import io.dysk.controller.volume.VolumeParameter;
import io.dysk.rpc.config.PluginOptions;
import io.dysk.rpc.config.ProgramVersion;
import io.dysk.rpc.identity.IdentityService;
import io.dysk.rpc.plugin.Plugin;
import io.dysk.rpc.step.StepListener;
import io.grpc.BindableService;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The program {@code csi-controller}. */
@Command(
        name = "csi-controller",
        mixinStandardHelpOptions = true,
        description = "The CSI controller of csi-dysk: makes, leases, grows, snapshots and deletes page blobs as volumes.",
        sortOptions = false)
public final class ControllerMain implements Callable<Integer> {
    private static final int HELP_WIDTH = 110;
    private static final Logger LOG = Logger.getLogger(ControllerMain.class.getName());

    @Spec
    private CommandSpec command;

    @Mixin
    private PluginOptions common;

    @Mixin
    private ControllerOptions controller;

    @Mixin
    private AccessOptions access;

    private final UnaryOperator<StepListener> stepListeners;

    private ControllerMain(UnaryOperator<StepListener> stepListeners) {
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
        CommandLine line = new CommandLine(new ControllerMain(stepListeners));
        line.getCommandSpec().versionProvider(() -> new String[] {"csi-controller " + ProgramVersion.of(ControllerMain.class)});
        line.getCommandSpec().usageMessage().footer("%nParameters of a StorageClass:%n" + VolumeParameter.help().replace("%", "%%"));
        line.setUsageHelpWidth(HELP_WIDTH);
        return line.execute(args);
    }

    @Override
    public Integer call() {
        access.check(common);
        ControllerPlugin parts = new ControllerPlugin(controller.settings());
        String version = ProgramVersion.of(ControllerMain.class);
        Plugin plugin = Plugin.begin(command, version, common.config());
        List<BindableService> services = new ArrayList<>();
        services.add(new IdentityService(version, parts.capabilities(), parts.readiness(), parts.calls()));
        services.addAll(parts.services(stepListeners.apply(plugin.steps())));
        if (access.served() && !serveAccess(plugin, parts)) {
            return CommandLine.ExitCode.SOFTWARE;
        }
        return plugin.run(parts.readiness(), services.toArray(BindableService[]::new));
    }

    private boolean serveAccess(Plugin plugin, ControllerPlugin parts) {
        try {
            access.serve(plugin, common, parts::accessService);
            return true;
        } catch (IOException e) {
            LOG.log(Level.SEVERE, "can''t serve rights for nodes: {0}", e.getMessage());
            return false;
        }
    }
}
