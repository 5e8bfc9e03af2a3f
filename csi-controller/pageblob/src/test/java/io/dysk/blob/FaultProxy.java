package io.dysk.blob;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** Stands between the store and a service, and does to chosen requests what networks and services do. */
final class FaultProxy implements AutoCloseable {
    private static final Set<String> NOT_FORWARDED = Set.of("host", "content-length", "connection", "transfer-encoding", "upgrade", "http2-settings");

    private final HttpServer server;
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Endpoint behind;
    private final Queue<Rule> rules = new ArrayDeque<>(); // guarded by this
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final List<Callable<Integer>> held = new CopyOnWriteArrayList<>();

    FaultProxy(Endpoint behind) throws IOException {
        this.behind = behind;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    /** What happens to the next request of a kind. */
    private record Rule(String kind, Fault fault) {}

    private sealed interface Fault {
        /** Applied, but the connection is closed instead of an answer. */
        record LoseAnswer() implements Fault {}

        /** The connection is closed, and the request applied when {@link #applyHeld} is called. */
        record Hold() implements Fault {}

        /** Not applied; answered so. */
        record Answer(int status, Map<String, String> headers) implements Fault {}

        /** Applied after something else happened. */
        record Before(Runnable first) implements Fault {}
    }

    Endpoint endpoint() {
        return new Endpoint(false, "127.0.0.1", server.getAddress().getPort(), behind.account(), behind.pathStyle());
    }

    /** @param kind method and {@code comp} of the request, such as {@code PUT properties}, {@code PUT} or {@code GET list} */
    void loseAnswerOf(String kind) {
        add(kind, new Fault.LoseAnswer());
    }

    void hold(String kind) {
        add(kind, new Fault.Hold());
    }

    void answer(String kind, int status, Map<String, String> headers) {
        add(kind, new Fault.Answer(status, headers));
    }

    void before(String kind, Runnable first) {
        add(kind, new Fault.Before(first));
    }

    /** Applies what was held, in order; the statuses that the service gave. */
    List<Integer> applyHeld() throws Exception {
        List<Integer> statuses = new ArrayList<>();
        for (Callable<Integer> request : held) {
            statuses.add(request.call());
        }
        held.clear();
        return statuses;
    }

    /** The kinds of all requests, in order. */
    List<String> seen() {
        return List.copyOf(seen);
    }

    synchronized boolean allFaultsHappened() {
        return rules.isEmpty();
    }

    private synchronized void add(String kind, Fault fault) {
        rules.add(new Rule(kind, fault));
    }

    private synchronized Fault faultFor(String kind) {
        for (Rule rule : rules) {
            if (rule.kind().equals(kind)) {
                rules.remove(rule);
                return rule.fault();
            }
        }
        return null;
    }

    private void handle(HttpExchange exchange) throws IOException {
        HttpRequest request = forwarded(exchange);
        String kind = kind(exchange);
        seen.add(kind);
        try (exchange) {
            switch (faultFor(kind)) {
                case null -> pass(exchange, request);
                case Fault.LoseAnswer lost -> client.send(request, HttpResponse.BodyHandlers.discarding());
                case Fault.Hold hold -> held.add(() -> client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode());
                case Fault.Answer answer -> {
                    answer.headers().forEach(exchange.getResponseHeaders()::set);
                    exchange.sendResponseHeaders(answer.status(), -1);
                }
                case Fault.Before before -> {
                    before.first().run();
                    pass(exchange, request);
                }
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private void pass(HttpExchange exchange, HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        response.headers().map().forEach((name, values) -> {
            if (!NOT_FORWARDED.contains(name.toLowerCase(Locale.ROOT))) {
                exchange.getResponseHeaders().put(name, values);
            }
        });
        boolean head = exchange.getRequestMethod().equals("HEAD");
        if (head) {
            response.headers().firstValue("content-length").ifPresent(l -> exchange.getResponseHeaders().set("Content-Length", l));
        }
        exchange.sendResponseHeaders(response.statusCode(), head || response.body().length == 0 ? -1 : response.body().length);
        if (!head) {
            exchange.getResponseBody().write(response.body());
        }
    }

    private HttpRequest forwarded(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        HttpRequest.Builder request = HttpRequest
                .newBuilder(URI.create("http://" + behind.hostHeader() + exchange.getRequestURI()))
                .method(exchange.getRequestMethod(), body.length == 0
                        ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!NOT_FORWARDED.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        return request.build();
    }

    private static String kind(HttpExchange exchange) {
        String query = exchange.getRequestURI().getRawQuery() == null ? "" : exchange.getRequestURI().getRawQuery();
        for (String pair : query.split("&")) {
            if (pair.startsWith("comp=")) {
                return exchange.getRequestMethod() + " " + pair.substring("comp=".length());
            }
        }
        return exchange.getRequestMethod();
    }

    @Override
    public void close() {
        server.stop(0);
        client.close();
    }
}
