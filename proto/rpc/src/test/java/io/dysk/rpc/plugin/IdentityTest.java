package io.dysk.rpc.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.BoolValue;
import io.dysk.csi.GetPluginInfoRequest;
import io.dysk.csi.GetPluginInfoResponse;
import io.dysk.csi.ProbeRequest;
import io.dysk.csi.ProbeResponse;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.config.LogFormat;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentityTest {
    @TempDir
    private Path folder;

    @Test
    void a_program_that_can_not_work_says_why() throws Exception {
        try (RunningPlugin plugin = new RunningPlugin(folder, LogFormat.text, 8, Optional.empty(), () -> {
            throw RpcFailure.failedPrecondition("the module is not loaded: run modprobe dysk");
        })) {
            StatusRuntimeException seen = catchThrowableOfType(StatusRuntimeException.class,
                    () -> plugin.identity().probe(ProbeRequest.getDefaultInstance()));
            assertThat(seen.getStatus().getCode()).isEqualTo(Code.FAILED_PRECONDITION);
            assertThat(seen).hasMessageContaining("modprobe dysk");
            assertThat(plugin.endedLog()).contains("warning Probe failed: the module is not loaded");
        }
    }

    @Test
    void a_program_that_does_not_know_yet_is_not_ready_and_has_not_failed() throws Exception {
        try (RunningPlugin plugin = new RunningPlugin(folder, LogFormat.text, 8, Optional.empty(), () -> false)) {
            assertThat(plugin.identity().probe(ProbeRequest.getDefaultInstance())).isEqualTo(ProbeResponse.newBuilder().setReady(BoolValue.of(false)).build());
        }
    }

    @Test
    void name_and_version_are_always_said() throws Exception {
        try (RunningPlugin plugin = RunningPlugin.in(folder)) {
            GetPluginInfoResponse info = plugin.identity().getPluginInfo(GetPluginInfoRequest.getDefaultInstance());
            assertThat(info.getName()).isEqualTo("csi-dysk");
            assertThat(info.getVendorVersion()).isEqualTo("1.2.3");
            assertThat(plugin.identity().probe(ProbeRequest.getDefaultInstance()).getReady().getValue()).isTrue();
        }
    }
}
