package io.dysk.rpc.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.dysk.csi.NodeStageVolumeRequest;
import io.dysk.csi.ProbeRequest;
import io.dysk.rpc.config.LogFormat;
import io.dysk.rpc.scope.CallScopes;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every line of a call says which call it was. */
class RequestIdTest {
    private static final NodeStageVolumeRequest REQUEST = NodeStageVolumeRequest.newBuilder().setVolumeId("acme/disks/data").build();
    private static final Logger LOG = Logger.getLogger("io.dysk.test");

    @TempDir
    private Path folder;

    private static String call(RunningPlugin plugin, String requestId) {
        Metadata headers = new Metadata();
        if (requestId != null) {
            headers.put(CallScopes.REQUEST_ID, requestId);
        }
        AtomicReference<Metadata> trailers = new AtomicReference<>();
        plugin.stub().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers),
                MetadataUtils.newCaptureMetadataInterceptor(new AtomicReference<>(), trailers)).nodeStageVolume(REQUEST);
        return trailers.get().get(CallScopes.REQUEST_ID);
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "a b", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
            + "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0"})
    void one_that_can_not_be_is_replaced(String given) throws Exception {
        try (RunningPlugin plugin = RunningPlugin.in(folder)) {
            assertThat(call(plugin, given)).isNotEqualTo(given).matches("[0-9a-f]{16}");
        }
    }

    @Test
    void a_call_without_one_gets_its_own() throws Exception {
        try (RunningPlugin plugin = RunningPlugin.in(folder)) {
            assertThat(call(plugin, null)).matches("[0-9a-f]{16}").isNotEqualTo(call(plugin, null));
        }
    }

    @Test
    void the_callers_is_on_every_line_of_the_call_with_method_and_volume() throws Exception {
        try (RunningPlugin plugin = RunningPlugin.in(folder)) {
            plugin.node.stage = request -> LOG.info("in the handler");
            assertThat(call(plugin, "req-7")).isEqualTo("req-7");
            List<JsonObject> lines = JsonLines.parse(plugin.endedLog()).stream().filter(line -> line.has("request_id")).toList();
            assertThat(lines).hasSize(2).allSatisfy(line -> {
                assertThat(line.get("request_id").getAsString()).isEqualTo("req-7");
                assertThat(line.get("method").getAsString()).isEqualTo("NodeStageVolume");
                assertThat(line.get("volume").getAsString()).isEqualTo("acme/disks/data");
            });
            assertThat(lines.getLast().get("code").getAsString()).isEqualTo("OK");
            assertThat(lines.getLast().get("duration_ms").getAsLong()).isNotNegative();
        }
    }

    @Test
    void calls_that_only_ask_are_for_debugging() throws Exception {
        try (RunningPlugin plugin = RunningPlugin.in(folder, LogFormat.json)) {
            plugin.identity().probe(ProbeRequest.getDefaultInstance());
            assertThat(JsonLines.parse(plugin.endedLog())).filteredOn(line -> line.get("message").getAsString().startsWith("Probe"))
                    .extracting(line -> line.get("level").getAsString()).containsExactly("debug");
        }
    }
}
