package io.dysk.rpc.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.dysk.rpc.identity.Readiness;
import io.dysk.rpc.metrics.MetricRegistry;
import io.dysk.rpc.metrics.MetricText;
import io.dysk.rpc.scope.Secrets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Answers {@code /metrics}, {@code /healthz} (the process lives) and {@code /readyz} (it can do its work; 503 with the reason if not).
 * Nothing else, and only GET and HEAD.
 */
public final class StatusServer implements AutoCloseable {
    private static final String PLAIN = "text/plain; charset=utf-8";

    private final HttpServer server;
    private final ExecutorService threads;

    private StatusServer(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    private record Answer(int status, String type, String body) {}

    /** @throws IOException if it can't listen there, naming the address */
    public static StatusServer start(InetSocketAddress address, MetricRegistry metrics, Readiness readiness) throws IOException {
        HttpServer server;
        try {
            server = HttpServer.create(address, 0);
        } catch (IOException e) {
            throw new IOException("can't listen on --http-address " + address.getHostString() + ":" + address.getPort() + ": " + e.getMessage(), e);
        }
        ThreadPoolExecutor threads = new ThreadPoolExecutor(2, 2, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread thread = new Thread(task, "http");
            thread.setDaemon(true);
            return thread;
        });
        threads.allowCoreThreadTimeOut(true);
        server.setExecutor(threads);
        server.createContext("/", exchange -> answer(exchange, "", () -> null));
        server.createContext("/metrics", exchange -> answer(exchange, "/metrics", () -> new Answer(200, MetricText.CONTENT_TYPE, metrics.text())));
        server.createContext("/healthz", exchange -> answer(exchange, "/healthz", () -> new Answer(200, PLAIN, "ok\n")));
        server.createContext("/readyz", exchange -> answer(exchange, "/readyz", () -> ready(readiness)));
        server.start();
        return new StatusServer(server, threads);
    }

    private static Answer ready(Readiness readiness) {
        try {
            return readiness.check() ? new Answer(200, PLAIN, "ok\n") : new Answer(503, PLAIN, "not known yet\n");
        } catch (RuntimeException e) {
            return new Answer(503, PLAIN, Secrets.NONE.scrub(String.valueOf(e.getMessage())) + "\n");
        }
    }

    private static void answer(HttpExchange exchange, String path, Supplier<Answer> found) throws IOException {
        try (exchange) {
            boolean head = exchange.getRequestMethod().equals("HEAD");
            Answer answer = !exchange.getRequestURI().getPath().equals(path)
                    ? new Answer(404, PLAIN, "there are /metrics, /healthz and /readyz\n")
                    : head || exchange.getRequestMethod().equals("GET") ? found.get() : new Answer(405, PLAIN, "GET or HEAD\n");
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", answer.type());
            exchange.sendResponseHeaders(answer.status(), head ? -1 : body.length);
            if (!head) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    public InetSocketAddress address() {
        return server.getAddress();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdown();
    }
}
