package io.dysk.rpc.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.metrics.MetricRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StatusServerTest {
    private final MetricRegistry metrics = new MetricRegistry();
    private final HttpClient client = HttpClient.newHttpClient();
    private volatile boolean ready = true;
    private boolean known = true;
    private StatusServer server;

    @BeforeEach
    void start() throws IOException {
        server = StatusServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), metrics, () -> {
            if (!ready) {
                throw RpcFailure.failedPrecondition("the module is not loaded: run modprobe dysk");
            }
            return known;
        });
    }

    @AfterEach
    void stop() {
        server.close();
        client.close();
    }

    private HttpResponse<String> ask(String method, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.address().getPort() + path);
        return client.send(HttpRequest.newBuilder(uri).method(method, BodyPublishers.noBody()).build(), BodyHandlers.ofString());
    }

    @Test
    void an_address_in_use_is_said() {
        assertThatThrownBy(() -> StatusServer.start(server.address(), metrics, () -> true)).isInstanceOf(IOException.class)
                .hasMessageContaining("--http-address").hasMessageContaining(Integer.toString(server.address().getPort()));
    }

    @Test
    void not_ready_is_503_and_why_while_the_process_lives() throws Exception {
        ready = false;
        assertThat(ask("GET", "/readyz").statusCode()).isEqualTo(503);
        assertThat(ask("GET", "/readyz").body()).contains("modprobe dysk");
        assertThat(ask("GET", "/healthz").statusCode()).isEqualTo(200);
        ready = true;
        assertThat(ask("GET", "/readyz").statusCode()).isEqualTo(200);
    }

    @Test
    void not_known_yet_is_503() throws Exception {
        known = false;
        assertThat(ask("GET", "/readyz").statusCode()).isEqualTo(503);
        known = true;
        assertThat(ask("GET", "/readyz").statusCode()).isEqualTo(200);
    }

    @Test
    void nothing_else_is_there() throws Exception {
        assertThat(ask("GET", "/").statusCode()).isEqualTo(404);
        assertThat(ask("GET", "/metrics/../etc/passwd").statusCode()).isEqualTo(404);
        assertThat(ask("GET", "/healthz/x").statusCode()).isEqualTo(404);
        assertThat(ask("POST", "/healthz").statusCode()).isEqualTo(405);
        assertThat(ask("HEAD", "/healthz").statusCode()).isEqualTo(200);
    }

    @Test
    void metrics_are_those_of_now_and_one_that_breaks_costs_itself_only() throws Exception {
        metrics.add(out -> out.gauge("a", "An a.").sample("a", 1));
        metrics.add(out -> {
            out.gauge("b", "Half of it.");
            throw new IllegalStateException("no b today");
        });
        HttpResponse<String> answer = ask("GET", "/metrics");
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        assertThat(answer.body()).isEqualTo("# HELP a An a.\n# TYPE a gauge\na 1\n");
    }
}
