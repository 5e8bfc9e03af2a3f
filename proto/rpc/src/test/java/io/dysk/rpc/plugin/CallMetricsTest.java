package io.dysk.rpc.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dysk.csi.NodeStageVolumeRequest;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.step.Step;
import io.dysk.rpc.step.Steps;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CallMetricsTest {
    private static final NodeStageVolumeRequest REQUEST = NodeStageVolumeRequest.newBuilder().setVolumeId("a/b/c").build();

    /** Of NodeStageVolume. */
    enum StageStep implements Step {
        ATTACHED;

        @Override
        public String label() {
            return "attached";
        }

        @Override
        public String call() {
            return "NodeStageVolume";
        }
    }

    @TempDir
    private Path folder;

    @Test
    void calls_are_counted_by_method_and_code_and_seen_while_they_run() throws Exception {
        try (RunningPlugin plugin = RunningPlugin.in(folder)) {
            AtomicReference<String> during = new AtomicReference<>();
            plugin.node.stage = request -> during.set(plugin.plugin.metrics().text());
            plugin.stub().nodeStageVolume(REQUEST);
            plugin.node.stage = request -> {
                throw RpcFailure.notFound("there is no such blob");
            };
            catchThrowableOfType(StatusRuntimeException.class, () -> plugin.stub().nodeStageVolume(REQUEST));
            assertThat(during.get()).contains("\ndysk_csi_calls_in_flight 1\n");
            assertThat(plugin.plugin.metrics().text()).contains("\ndysk_csi_calls_in_flight 0\n",
                    "dysk_csi_call_duration_seconds_count{method=\"NodeStageVolume\",code=\"OK\"} 1\n",
                    "dysk_csi_call_duration_seconds_count{method=\"NodeStageVolume\",code=\"NOT_FOUND\"} 1\n");
        }
    }

    @Test
    void steps_are_timed_and_logged() throws Exception {
        try (RunningPlugin plugin = RunningPlugin.in(folder)) {
            plugin.node.stage = request -> Steps.begin(plugin.plugin.steps(), request.getVolumeId()).reached(StageStep.ATTACHED);
            plugin.stub().nodeStageVolume(REQUEST);
            assertThat(plugin.plugin.metrics().text())
                    .contains("dysk_csi_step_duration_seconds_count{call=\"NodeStageVolume\",step=\"attached\"} 1\n");
            assertThat(JsonLines.parse(plugin.endedLog())).filteredOn(line -> line.has("step")).singleElement().satisfies(line -> {
                assertThat(line.get("step").getAsString()).isEqualTo("attached");
                assertThat(line.get("volume").getAsString()).isEqualTo("a/b/c");
                assertThat(line.get("method").getAsString()).isEqualTo("NodeStageVolume");
                assertThat(line.get("request_id").getAsString()).isNotEmpty();
            });
        }
    }
}
