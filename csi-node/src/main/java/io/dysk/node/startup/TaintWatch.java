package io.dysk.node.startup;

import io.dysk.rpc.contract.NodeId;
import io.dysk.rpc.kubernetes.ApiServer;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Looks for the startup taint in a thread of its own until it is gone. What fails is logged and tried again: it never ends the plugin. */
public final class TaintWatch implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(TaintWatch.class.getName());

    private static final Duration WAITING = Duration.ofSeconds(1);
    private static final Duration AFTER_FAULT = Duration.ofSeconds(10);

    private final Thread thread;

    private TaintWatch(Thread thread) {
        this.thread = thread;
    }

    /** Starts it; the first look is now. */
    public static TaintWatch start(NodeId node, Map<String, String> environment) {
        return new TaintWatch(Thread.ofPlatform().daemon().name("startup taint").start(() -> run(node, environment)));
    }

    private static void run(NodeId node, Map<String, String> environment) {
        String lastFault = "";
        while (true) {
            try (ApiServer api = ApiServer.ofPod(environment)) {
                untilGone(new StartupTaint(api, node));
                return;
            } catch (IOException e) {
                String fault = String.valueOf(e.getMessage());
                if (!fault.equals(lastFault)) {
                    LOG.log(Level.WARNING, "the startup taint can''t be taken off: {0}; trying again", fault);
                    lastFault = fault;
                }
            } catch (InterruptedException e) {
                return;
            }
            try {
                Thread.sleep(AFTER_FAULT);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static void untilGone(StartupTaint taint) throws IOException, InterruptedException {
        while (true) {
            switch (taint.look()) {
                case NONE -> {
                    return;
                }
                case WAITING -> Thread.sleep(WAITING);
                case REMOVED -> LOG.info(() -> "kubelet has registered the driver: the taint " + StartupTaint.KEY + " is off this node");
            }
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
