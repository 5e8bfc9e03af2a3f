package io.dysk.rpc.plugin;

import io.dysk.rpc.config.Options;
import io.dysk.rpc.config.PluginConfig;
import io.dysk.rpc.config.PluginOptions;
import java.io.IOException;
import java.util.logging.Logger;

/** A program as csi-node is one. Its NodeStageVolume waits for a byte on standard input. */
final class SampleProgram {
    private static final Logger LOG = Logger.getLogger(SampleProgram.class.getName());

    private SampleProgram() {}

    public static void main(String[] arguments) {
        Options options = new Options("sample", "1.2.3", "A sample.");
        PluginOptions common = new PluginOptions(options);
        options.option("--account-key", "KEY", "", "What nobody should have as an option.");
        System.exit(options.run(arguments, () -> serve(options, common.config())));
    }

    private static int serve(Options options, PluginConfig config) {
        Plugin plugin = Plugin.begin(options, config);
        ScriptedNode node = new ScriptedNode();
        node.stage = request -> {
            LOG.info("waiting");
            try {
                LOG.info("read " + System.in.read());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        };
        plugin.atEnd(() -> LOG.info("closed"));
        return plugin.run(() -> true, node);
    }
}
