package io.dysk.rpc.plugin;

import io.dysk.rpc.config.Options;
import io.dysk.rpc.config.PluginConfig;
import io.dysk.rpc.http.StatusServer;
import io.dysk.rpc.identity.Readiness;
import io.dysk.rpc.log.CallLog;
import io.dysk.rpc.log.Logs;
import io.dysk.rpc.log.StepLog;
import io.dysk.rpc.metrics.CallMetrics;
import io.dysk.rpc.metrics.MetricRegistry;
import io.dysk.rpc.metrics.ProcessMetrics;
import io.dysk.rpc.metrics.StepMetrics;
import io.dysk.rpc.scope.CallScopes;
import io.dysk.rpc.server.RpcServer;
import io.dysk.rpc.server.TlsFiles;
import io.dysk.rpc.step.StepListener;
import io.dysk.rpc.trace.Traces;
import io.grpc.BindableService;
import io.grpc.ServerInterceptor;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A CSI program but for its services. A main is:
 *
 * <pre>{@code
 * Plugin plugin = Plugin.begin(options, common.config());
 * NodeService node = new NodeService(..., plugin.steps());
 * return plugin.run(readiness, identity, node);
 * }</pre>
 *
 * <p>SIGTERM and SIGINT end it: its socket is gone at once, running calls have the drain time to end, then the process ends with the
 * signal's usual code (143, 130).
 */
public final class Plugin {
    private static final Logger LOG = Logger.getLogger(Plugin.class.getName());

    private final PluginConfig config;
    private final MetricRegistry metrics = new MetricRegistry();
    private final List<ServerInterceptor> interceptors = new ArrayList<>();
    private final List<AutoCloseable> running = new ArrayList<>();
    private final List<RpcServer> servers = new ArrayList<>();
    private final StepListener steps;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private boolean stopping;

    private Plugin(PluginConfig config, Optional<Traces> traces) {
        this.config = config;
        interceptors.add(new CallScopes());
        traces.ifPresent(on -> interceptors.add(on.calls()));
        interceptors.add(new CallMetrics(metrics));
        interceptors.add(new CallLog());
        StepListener always = new StepLog().and(new StepMetrics(metrics));
        steps = traces.map(on -> always.and(on.steps())).orElse(always);
        traces.ifPresent(running::add);
        new ProcessMetrics().addTo(metrics);
    }

    /**
     * Sets up the log and says how the program is configured.
     *
     * @param options what the program was told
     * @param config what of that is here
     */
    public static Plugin begin(Options options, PluginConfig config) {
        return begin(options, config, System.err);
    }

    static Plugin begin(Options options, PluginConfig config, PrintStream log) {
        Logs.install(log, config.logFormat(), config.logLevel());
        LOG.info(() -> options.program() + " " + options.version() + ": " + options.shown());
        return new Plugin(config, config.otlp().map(collector -> Traces.start(collector, options.program(), options.version())));
    }

    /** For the program's own metrics. */
    public MetricRegistry metrics() {
        return metrics;
    }

    /** Writes steps to log, metrics and traces. */
    public StepListener steps() {
        return steps;
    }

    /** Closes it when the program ends, after its last call; what was added last is closed first. */
    public synchronized void atEnd(AutoCloseable closeable) {
        running.add(closeable);
    }

    /**
     * Serves on TCP too, for callers with a certificate.
     *
     * @return the server; it ends with the program
     * @throws IOException if it can't, and why
     */
    public synchronized RpcServer serveTcp(InetSocketAddress address, TlsFiles tls, BindableService... services) throws IOException {
        RpcServer server = RpcServer.onTcp(address, tls, new RpcServer.Services(List.of(services), interceptors, config.maxCalls()));
        servers.add(server);
        for (BindableService service : services) {
            LOG.info(() -> "serving " + service.bindService().getServiceDescriptor().getName() + " on " + address.getHostString() + ":" + server.port());
        }
        return server;
    }

    /**
     * Serves CSI until the process is told to end or {@link #stop} is called.
     *
     * @param readiness also what {@code /readyz} answers
     * @return the process's exit code: 0, or 1 if it couldn't begin, which is logged
     */
    public int run(Readiness readiness, BindableService... services) {
        return run(readiness, () -> {}, services);
    }

    int run(Readiness readiness, Runnable serving, BindableService... services) {
        Thread hook = new Thread(() -> {
            Logs.awaitReset();
            stop();
        }, "end");
        try {
            begin(readiness, services);
            Runtime.getRuntime().addShutdownHook(hook);
            serving.run();
            stopped.await();
            return 0;
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.SEVERE, "can't start: " + e.getMessage());
            LOG.log(Level.FINE, "can't start", e);
            stop();
            return 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stop();
            return 0;
        }
    }

    private synchronized void begin(Readiness readiness, BindableService... services) throws IOException {
        if (config.http().isPresent()) {
            StatusServer http = StatusServer.start(config.http().get(), metrics, readiness);
            running.add(http);
            LOG.info(() -> "serving metrics and health on " + http.address().getHostString() + ":" + http.address().getPort());
        }
        servers.add(RpcServer.onSocket(config.endpoint(), new RpcServer.Services(List.of(services), interceptors, config.maxCalls())));
        LOG.info(() -> "serving CSI on " + config.endpoint());
    }

    /** Takes no more calls, lets the running ones end within the drain time, and ends everything. Again: waits for the first. */
    public synchronized void stop() {
        if (stopping) {
            return;
        }
        stopping = true;
        servers.forEach(RpcServer::refuse);
        if (!servers.isEmpty()) {
            LOG.info(() -> "ending: running calls have " + config.drainTime().toMillis() + " ms");
        }
        long deadline = System.nanoTime() + config.drainTime().toNanos();
        servers.reversed().forEach(server -> server.stop(Duration.ofNanos(Math.max(0, deadline - System.nanoTime()))));
        running.reversed().forEach(each -> {
            try {
                each.close();
            } catch (Exception e) {
                LOG.log(Level.WARNING, "at the end", e);
            }
        });
        LOG.info("ended");
        stopped.countDown();
    }
}
