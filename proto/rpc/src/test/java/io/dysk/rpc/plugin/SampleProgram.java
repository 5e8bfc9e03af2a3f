package io.dysk.rpc.plugin;

import io.dysk.rpc.config.PluginOptions;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A program as csi-node is one. Its NodeStageVolume waits for a byte on standard input. */
@Command(name = "sample", mixinStandardHelpOptions = true, version = "1.2.3")
final class SampleProgram implements Callable<Integer> {
    private static final Logger LOG = Logger.getLogger(SampleProgram.class.getName());

    @Spec
    private CommandSpec command;

    @Mixin
    private PluginOptions options;

    @Option(names = "--account-key", description = "what nobody should have as an option")
    private String accountKey;

    @Override
    public Integer call() {
        Plugin plugin = Plugin.begin(command, "1.2.3", options.config());
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
        return plugin.run(() -> {}, node);
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new SampleProgram()).execute(arguments));
    }
}
