package io.dysk.rpc.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dysk.csi.NodeGetInfoRequest;
import io.dysk.csi.NodeStageVolumeRequest;
import io.dysk.csi.VolumeCapability;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.config.LogFormat;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** No secret of a request leaves: not in its status, not in the log, whatever a handler does with it. */
class RedactionTest {
    private static final String KEY = "Zm9vYmFyL2tleStvZi1ub2JvZHkrYXQrYWxsL3RydWx5PQ==";
    private static final String SIGNATURE = "aB3+/xyz9Q=";
    private static final String SAS = "?sv=2026-10-06&sr=b&sp=rw&sig=" + URLEncoder.encode(SIGNATURE, StandardCharsets.UTF_8);
    private static final String FLAG = "password=hunter22";
    private static final String TOKEN = "tok-1234-5678";
    private static final NodeStageVolumeRequest REQUEST = NodeStageVolumeRequest.newBuilder()
            .setVolumeId("acme/disks/data")
            .setStagingTargetPath("/var/lib/kubelet/stage")
            .setVolumeCapability(VolumeCapability.newBuilder().setMount(VolumeCapability.MountVolume.newBuilder().setFsType("ext4").addMountFlags(FLAG)))
            .putSecrets("accountname", "acme").putSecrets("accountkey", KEY).putSecrets("sas", SAS)
            .putPublishContext("accessToken", TOKEN).putPublishContext("container", "disks")
            .putVolumeContext("mkfsOptions", "-K")
            .build();

    @TempDir
    private Path folder;

    private static void assertClean(String text) {
        assertThat(text).doesNotContain(KEY, SAS, SAS.substring(1), SIGNATURE, URLEncoder.encode(SIGNATURE, StandardCharsets.UTF_8), FLAG, TOKEN,
                URLEncoder.encode(KEY, StandardCharsets.UTF_8));
    }

    static Stream<RuntimeException> failures() {
        return Stream.of(
                new IllegalStateException("no fit: " + KEY),
                RpcFailure.unauthenticated("the service refused " + KEY + " and " + SAS),
                RpcFailure.of(Status.Code.UNAVAILABLE, "no answer", new IllegalStateException("GET http://acme/disks/data" + SAS,
                        new IllegalArgumentException("accountkey=" + URLEncoder.encode(KEY, StandardCharsets.UTF_8)))),
                RpcFailure.failedPrecondition("mounted with " + TOKEN + " sig=" + SIGNATURE));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void of_a_failure(RuntimeException failure) throws Exception {
        try (RunningPlugin plugin = RunningPlugin.in(folder)) {
            plugin.node.stage = request -> {
                throw failure;
            };
            StatusRuntimeException seen = catchThrowableOfType(StatusRuntimeException.class, () -> plugin.stub().nodeStageVolume(REQUEST));
            assertClean(seen.toString());
            assertThat(seen).hasMessageContaining("acme/disks/data");
            String log = plugin.endedLog();
            assertClean(log);
            assertThat(log).contains("NodeStageVolume failed");
        }
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void of_what_a_handler_logs(LogFormat format) throws Exception {
        Logger logger = Logger.getLogger("io.dysk.test");
        try (RunningPlugin plugin = RunningPlugin.in(folder, format)) {
            plugin.node.stage = request -> {
                logger.info("got " + request.getSecretsMap());
                logger.log(Level.WARNING, "with {0}", KEY);
                logger.log(Level.SEVERE, "broken", new IllegalStateException(SAS));
            };
            plugin.stub().nodeStageVolume(REQUEST);
            String log = plugin.endedLog();
            assertClean(log);
            assertThat(log).contains("broken", "java.lang.IllegalStateException", "got {");
        }
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void of_a_call_that_went_well_all_else_is_shown(LogFormat format) throws Exception {
        try (RunningPlugin plugin = RunningPlugin.in(folder, format)) {
            plugin.stub().nodeStageVolume(REQUEST);
            String log = plugin.endedLog();
            assertClean(log);
            assertThat(log).contains("volume_id=acme/disks/data", "fs_type=ext4", "accountkey=***", "sas=***", "accessToken=***", "container=disks",
                    "mount_flags=[***]", "mkfsOptions=-K", "NodeStageVolume done");
        }
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void a_signature_that_no_request_brought(LogFormat format) throws Exception {
        try (RunningPlugin plugin = RunningPlugin.in(folder, format)) {
            plugin.node.info = observer -> {
                throw new IllegalStateException("https://acme.blob.core.windows.net/disks/data?sp=r&sig=c2VjcmV0c2VjcmV0");
            };
            catchThrowableOfType(StatusRuntimeException.class, () -> plugin.stub().nodeGetInfo(NodeGetInfoRequest.getDefaultInstance()));
            assertThat(plugin.endedLog()).doesNotContain("c2VjcmV0c2VjcmV0").contains("sig=***");
        }
    }
}
