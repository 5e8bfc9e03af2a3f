package io.dysk.rpc.rehearsal;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/** A storage account that answers as one does whose key is wrong, so that a program's way to storage is gone once, and nothing comes of it. */
final class RefusingAccount implements AutoCloseable {
    private static final String NAME = "rehearsal";
    private static final byte[] REFUSAL = ("<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>AuthenticationFailed</Code>"
            + "<Message>Rehearsal.</Message></Error>").getBytes(StandardCharsets.UTF_8);

    private final HttpServer server;

    private RefusingAccount(HttpServer server) {
        this.server = server;
    }

    static RefusingAccount start() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", RefusingAccount::refuse);
        server.start();
        return new RefusingAccount(server);
    }

    private static void refuse(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("Content-Type", "application/xml");
            exchange.getResponseHeaders().set("x-ms-error-code", "AuthenticationFailed");
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(403, head ? -1 : REFUSAL.length);
            if (!head) {
                exchange.getResponseBody().write(REFUSAL);
            }
        }
    }

    private String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + NAME;
    }

    /** As a StorageClass names it. */
    Map<String, String> secret() {
        return Map.of("accountname", NAME, "accountkey", Base64.getEncoder().encodeToString(NAME.getBytes(StandardCharsets.UTF_8)), "endpoint", endpoint());
    }

    /** The id of a volume in it. */
    String volume() {
        return endpoint() + "//" + NAME + "/" + NAME;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
