package io.dysk.rpc.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.sun.net.httpserver.HttpServer;
import io.dysk.csi.NodeStageVolumeRequest;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.config.LogFormat;
import io.dysk.rpc.step.Steps;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a collector gets. */
class TracesTest {
    private static final NodeStageVolumeRequest REQUEST = NodeStageVolumeRequest.newBuilder()
            .setVolumeId("acme/disks/data").putSecrets("accountkey", "hunter22").build();
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String CALLER = "b7ad6b7169203331";

    /** Numbers of fields in OTLP's trace.proto. */
    private record Span(String name, String trace, String id, String parent, UnknownFieldSet fields) {
        static Span of(UnknownFieldSet span) {
            return new Span(text(span, 5), hex(span, 1), hex(span, 2), hex(span, 4), span);
        }

        private static ByteString bytes(UnknownFieldSet message, int number) {
            List<ByteString> values = message.getField(number).getLengthDelimitedList();
            return values.isEmpty() ? ByteString.EMPTY : values.getFirst();
        }

        private static String text(UnknownFieldSet message, int number) {
            return bytes(message, number).toStringUtf8();
        }

        private static String hex(UnknownFieldSet message, int number) {
            return HexFormat.of().formatHex(bytes(message, number).toByteArray());
        }
    }

    private final List<ByteString> received = new CopyOnWriteArrayList<>();
    private final List<String> paths = new CopyOnWriteArrayList<>();
    private HttpServer collector;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws IOException {
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/", exchange -> {
            try (exchange) {
                paths.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
                received.add(ByteString.readFrom(exchange.getRequestBody()));
                exchange.sendResponseHeaders(200, -1);
            }
        });
        collector.start();
    }

    @AfterEach
    void stop() {
        collector.stop(0);
    }

    private RunningPlugin plugin() throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + collector.getAddress().getPort() + "/");
        return new RunningPlugin(folder, LogFormat.json, 8, Optional.of(uri), () -> true);
    }

    private List<Span> spans() {
        return received.stream().flatMap(body -> parts(body, 1)).flatMap(resource -> parts(resource, 2)).flatMap(scope -> parts(scope, 2))
                .map(TracesTest::parsed).map(Span::of).toList();
    }

    private static Stream<ByteString> parts(ByteString message, int number) {
        return parsed(message).getField(number).getLengthDelimitedList().stream();
    }

    private static UnknownFieldSet parsed(ByteString message) {
        try {
            return UnknownFieldSet.parseFrom(message);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_collector_that_is_not_there_costs_no_call() throws Exception {
        collector.stop(0);
        try (RunningPlugin plugin = plugin()) {
            assertThat(plugin.stub().nodeStageVolume(REQUEST)).isNotNull();
        }
    }

    @Test
    void a_failure_is_said_without_secrets() throws Exception {
        try (RunningPlugin plugin = plugin()) {
            plugin.node.stage = request -> {
                throw RpcFailure.unauthenticated("refused with hunter22");
            };
            catchThrowableOfType(StatusRuntimeException.class, () -> plugin.stub().nodeStageVolume(REQUEST));
        }
        assertThat(spans()).singleElement().satisfies(span -> assertThat(span.fields().toByteString().toStringUtf8())
                .contains("UNAUTHENTICATED", "refused with ***").doesNotContain("hunter22"));
    }

    @Test
    void a_call_is_a_span_beneath_its_callers_and_each_step_is_one_beneath_it() throws Exception {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER), "00-" + TRACE + "-" + CALLER + "-01");
        try (RunningPlugin plugin = plugin()) {
            plugin.node.stage = request -> Steps.begin(plugin.plugin.steps(), request.getVolumeId()).reached(CallMetricsTest.StageStep.ATTACHED);
            plugin.stub().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers)).nodeStageVolume(REQUEST);
        }
        assertThat(paths).containsOnly("POST /v1/traces");
        assertThat(received.getFirst().toStringUtf8()).contains("csi-test", "1.2.3");
        List<Span> spans = spans();
        assertThat(spans).extracting(Span::name).containsExactlyInAnyOrder("csi.v1.Node/NodeStageVolume", "attached");
        assertThat(spans).extracting(Span::trace).containsOnly(TRACE);
        Span call = spans.stream().filter(span -> !span.name().equals("attached")).findFirst().orElseThrow();
        Span step = spans.stream().filter(span -> span.name().equals("attached")).findFirst().orElseThrow();
        assertThat(call.parent()).isEqualTo(CALLER);
        assertThat(step.parent()).isEqualTo(call.id());
        assertThat(call.fields().toByteString().toStringUtf8()).contains("dysk.volume", "acme/disks/data", "dysk.request_id");
    }
}
