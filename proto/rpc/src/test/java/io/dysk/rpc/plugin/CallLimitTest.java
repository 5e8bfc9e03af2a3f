package io.dysk.rpc.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.util.concurrent.ListenableFuture;
import io.dysk.csi.NodeGrpc;
import io.dysk.csi.NodeStageVolumeRequest;
import io.dysk.csi.NodeStageVolumeResponse;
import io.dysk.csi.ProbeRequest;
import io.dysk.rpc.config.LogFormat;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class CallLimitTest {
    private static final int LIMIT = 8;
    private static final NodeStageVolumeRequest REQUEST = NodeStageVolumeRequest.newBuilder().setVolumeId("a/b/c").build();

    @TempDir
    private Path folder;

    @Test
    void one_call_too_many_is_refused_while_the_program_shows_that_it_lives_and_place_comes_back() throws Exception {
        try (RunningPlugin plugin = new RunningPlugin(folder, LogFormat.json, LIMIT, Optional.empty(), () -> true)) {
            CountDownLatch inside = new CountDownLatch(LIMIT);
            CountDownLatch go = new CountDownLatch(1);
            plugin.node.stage = request -> {
                inside.countDown();
                await(go);
            };
            List<ListenableFuture<NodeStageVolumeResponse>> running = new ArrayList<>();
            for (int i = 0; i < LIMIT; i++) {
                running.add(NodeGrpc.newFutureStub(plugin.channel()).nodeStageVolume(REQUEST));
            }
            await(inside);
            for (int i = 0; i < 3 * LIMIT; i++) {
                StatusRuntimeException refused = catchThrowableOfType(StatusRuntimeException.class, () -> plugin.stub().nodeStageVolume(REQUEST));
                assertThat(refused.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
                assertThat(refused).hasMessageContaining("8 calls").hasMessageContaining("try again");
            }
            assertThat(plugin.identity().probe(ProbeRequest.getDefaultInstance()).getReady().getValue()).isTrue();
            go.countDown();
            for (ListenableFuture<NodeStageVolumeResponse> call : running) {
                assertThat(call.get(60, TimeUnit.SECONDS)).isNotNull();
            }
            for (int i = 0; i < 3 * LIMIT; i++) {
                plugin.stub().nodeStageVolume(REQUEST);
            }
        }
    }

    @Test
    void a_call_whose_caller_left_counts_until_its_handler_is_done() throws Exception {
        try (RunningPlugin plugin = new RunningPlugin(folder, LogFormat.json, 1, Optional.empty(), () -> true)) {
            CountDownLatch inside = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            plugin.node.stage = request -> {
                inside.countDown();
                await(go);
            };
            ListenableFuture<NodeStageVolumeResponse> left = NodeGrpc.newFutureStub(plugin.channel()).nodeStageVolume(REQUEST);
            await(inside);
            left.cancel(true);
            StatusRuntimeException refused = catchThrowableOfType(StatusRuntimeException.class, () -> plugin.stub().nodeStageVolume(REQUEST));
            assertThat(refused.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
            go.countDown();
            assertThat(plugin.endedLog()).contains("NodeStageVolume");
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("waited in vain");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
