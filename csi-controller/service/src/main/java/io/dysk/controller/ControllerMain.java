package io.dysk.controller;

import io.dysk.controller.volume.VolumeParameter;
import io.dysk.rpc.config.Options;
import io.dysk.rpc.config.PluginOptions;
import io.dysk.rpc.config.ProgramVersion;
import io.dysk.rpc.identity.IdentityService;
import io.dysk.rpc.plugin.Plugin;
import io.dysk.rpc.step.StepListener;
import io.grpc.BindableService;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The program {@code csi-controller}. */
public final class ControllerMain {
    private static final Logger LOG = Logger.getLogger(ControllerMain.class.getName());

    private final Options options = new Options("csi-controller", ProgramVersion.of(ControllerMain.class),
            "The CSI controller of csi-dysk: makes, leases, grows, snapshots and deletes page blobs as volumes.");
    private final PluginOptions common = new PluginOptions(options);
    private final ControllerOptions controller = new ControllerOptions(options);
    private final AccessOptions access = new AccessOptions(options);
    private final UnaryOperator<StepListener> stepListeners;

    private ControllerMain(UnaryOperator<StepListener> stepListeners) {
        this.stepListeners = stepListeners;
        options.footer("Parameters of a StorageClass:\n" + VolumeParameter.help());
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
        ControllerMain main = new ControllerMain(stepListeners);
        return main.options.run(args, main::serve);
    }

    private int serve() {
        access.check();
        ControllerSettings settings = controller.settings();
        Plugin plugin = Plugin.begin(options, common.config());
        StepListener steps = stepListeners.apply(plugin.steps());
        ControllerPlugin parts;
        try {
            parts = new ControllerPlugin(settings, access.claims(plugin));
            if (access.served()) {
                access.serve(plugin, validFor -> parts.accessService(validFor, steps));
            }
        } catch (IOException e) {
            LOG.log(Level.SEVERE, "can''t serve rights and leases for nodes: {0}", e.getMessage());
            return 1;
        }
        List<BindableService> services = new ArrayList<>();
        services.add(new IdentityService(options.version(), parts.capabilities(), parts.readiness(), parts.calls()));
        services.addAll(parts.services(steps));
        return plugin.run(parts.readiness(), services.toArray(BindableService[]::new));
    }
}
