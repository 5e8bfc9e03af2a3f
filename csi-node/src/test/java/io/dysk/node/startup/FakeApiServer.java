package io.dysk.node.startup;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** One node and its CSINode over TLS, for those who have the token; JSON patches are tested and applied, all or nothing. */
final class FakeApiServer implements AutoCloseable {
    static final String TOKEN = "right";

    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final Pattern PATCH = Pattern.compile(
            "\\[\\{\"op\":\"test\",\"path\":\"/spec/taints/(\\d+)/key\",\"value\":\"([^\"]+)\"},\\{\"op\":\"remove\",\"path\":\"/spec/taints/(\\d+)\"}]");

    private final HttpsServer server;
    private List<String> taints = new ArrayList<>();
    private String annotation = "";
    private String csiNode = "";
    private boolean node = true;
    private Runnable beforePatch = () -> {};
    private int requests;

    private FakeApiServer(HttpsServer server) {
        this.server = server;
    }

    /** @param folder gets {@code ca.crt} and {@code token}, as kubelet mounts them */
    static FakeApiServer start(Path folder) throws Exception {
        Path store = folder.resolve("store");
        Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-keyalg", "EC", "-alias",
                "server", "-dname", "CN=server", "-ext", "san=ip:127.0.0.1", "-validity", "2", "-keystore", store.toString(), "-storepass", "changeit").start();
        if (keytool.waitFor() != 0) {
            throw new IllegalStateException("keytool made no certificate");
        }
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD);
        Files.writeString(folder.resolve("ca.crt"), "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder().encodeToString(keys.getCertificate("server").getEncoded()) + "\n-----END CERTIFICATE-----\n");
        Files.writeString(folder.resolve("token"), TOKEN);
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        HttpsServer https = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        https.setHttpsConfigurator(new HttpsConfigurator(context));
        FakeApiServer fake = new FakeApiServer(https);
        https.createContext("/", fake::answer);
        https.start();
        return fake;
    }

    URI uri() {
        return URI.create("https://127.0.0.1:" + server.getAddress().getPort());
    }

    synchronized void taints(String... now) {
        taints = new ArrayList<>(List.of(now));
    }

    synchronized List<String> taints() {
        return List.copyOf(taints);
    }

    synchronized void annotation(String text) {
        annotation = text;
    }

    synchronized void csiNode(String driver) {
        csiNode = driver;
    }

    synchronized void noNode() {
        node = false;
    }

    synchronized void beforePatch(Runnable change) {
        beforePatch = change;
    }

    synchronized int requests() {
        return requests;
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        requests++;
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            boolean known = ("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"));
            Answer answer = known ? answer(exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath(), body) : new Answer(403, "{}");
            byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private record Answer(int status, String body) {}

    private Answer answer(String request, String body) {
        return switch (request) {
            case "GET /api/v1/nodes/node-1" -> node ? new Answer(200, nodeObject()) : new Answer(404, "{}");
            case "GET /apis/storage.k8s.io/v1/csinodes/node-1" -> csiNode.isEmpty() ? new Answer(404, "{}")
                    : new Answer(200, "{\"kind\":\"CSINode\",\"spec\":{\"drivers\":[" + csiNode + "]}}");
            case "PATCH /api/v1/nodes/node-1" -> patch(body);
            default -> new Answer(404, "{}");
        };
    }

    private String nodeObject() {
        return "{\"kind\":\"Node\",\"metadata\":{\"name\":\"node-1\",\"annotations\":{\"applied\":\"" + annotation + "\"}},\"spec\":{"
                + (taints.isEmpty() ? "" : "\"taints\":[" + String.join(",", taints) + "]") + "}}";
    }

    private Answer patch(String body) {
        beforePatch.run();
        Matcher patch = PATCH.matcher(body);
        if (!patch.matches()) {
            return new Answer(400, "{}");
        }
        int tested = Integer.parseInt(patch.group(1));
        int removed = Integer.parseInt(patch.group(3));
        if (tested >= taints.size() || removed >= taints.size() || !taints.get(tested).contains("\"key\":\"" + patch.group(2) + "\"")) {
            return new Answer(422, "{}");
        }
        taints.remove(removed);
        return new Answer(200, nodeObject());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
