package io.dysk.rpc.plugin;

import static io.grpc.stub.ClientCalls.blockingUnaryCall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dysk.csi.ControllerGrpc;
import io.dysk.csi.CreateVolumeRequest;
import io.dysk.csi.NodeGetInfoRequest;
import io.dysk.csi.NodeGetInfoResponse;
import io.dysk.csi.NodeGetVolumeStatsRequest;
import io.dysk.csi.NodeGrpc;
import io.dysk.csi.NodeStageVolumeRequest;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every failure has a code that says something and a message. */
class StatusTest {
    @TempDir
    private Path folder;

    static Stream<Consumer<StreamObserver<NodeGetInfoResponse>>> badHandlers() {
        return Stream.of(
                observer -> {
                    throw new NullPointerException();
                },
                observer -> observer.onError(Status.UNKNOWN.asRuntimeException()),
                observer -> observer.onError(new IllegalStateException()),
                observer -> observer.onError(Status.INTERNAL.withDescription(" ").asRuntimeException()),
                observer -> {
                    throw new StackOverflowError();
                },
                observer -> {
                    throw new NoClassDefFoundError("io/dysk/Gone");
                });
    }

    @ParameterizedTest
    @MethodSource("badHandlers")
    void a_handler_that_breaks_is_INTERNAL_and_the_program_goes_on(Consumer<StreamObserver<NodeGetInfoResponse>> bad) throws Exception {
        try (RunningPlugin plugin = RunningPlugin.in(folder)) {
            Consumer<StreamObserver<NodeGetInfoResponse>> good = plugin.node.info;
            plugin.node.info = bad;
            Status status = failure(() -> plugin.stub().nodeGetInfo(NodeGetInfoRequest.getDefaultInstance()));
            assertThat(status.getCode()).isEqualTo(Code.INTERNAL);
            assertThat(status.getDescription()).contains("Please report it");
            plugin.node.info = good;
            assertThat(plugin.stub().nodeGetInfo(NodeGetInfoRequest.getDefaultInstance()).getNodeId()).isEqualTo("n");
            assertThat(plugin.endedLog()).contains("\"code\":\"INTERNAL\"");
        }
    }

    @Test
    void a_request_without_anything_reaches_its_handler() throws Exception {
        try (RunningPlugin plugin = RunningPlugin.in(folder)) {
            plugin.node.stage = request -> {
                throw new NullPointerException(null);
            };
            Status status = failure(() -> plugin.stub().nodeStageVolume(NodeStageVolumeRequest.getDefaultInstance()));
            assertThat(status.getCode()).isEqualTo(Code.INTERNAL);
            assertThat(status.getDescription()).isNotBlank();
        }
    }

    @Test
    void what_is_no_message_at_all_is_refused_and_not_UNKNOWN() throws Exception {
        try (RunningPlugin plugin = RunningPlugin.in(folder)) {
            MethodDescriptor<byte[], NodeGetInfoResponse> raw = MethodDescriptor.<byte[], NodeGetInfoResponse>newBuilder()
                    .setType(MethodDescriptor.MethodType.UNARY)
                    .setFullMethodName(NodeGrpc.getNodeStageVolumeMethod().getFullMethodName())
                    .setRequestMarshaller(new Bytes())
                    .setResponseMarshaller(ProtoUtils.marshaller(NodeGetInfoResponse.getDefaultInstance()))
                    .build();
            Status status = failure(() -> blockingUnaryCall(plugin.channel(), raw, CallOptions.DEFAULT, new byte[] {10, 127, 1}));
            assertThat(status.getCode()).isEqualTo(Code.INVALID_ARGUMENT);
            assertThat(status.getDescription()).contains("NodeStageVolume");
        }
    }

    @Test
    void a_call_that_is_not_offered_is_UNIMPLEMENTED() throws Exception {
        try (RunningPlugin plugin = RunningPlugin.in(folder)) {
            Status method = failure(() -> plugin.stub().nodeGetVolumeStats(NodeGetVolumeStatsRequest.getDefaultInstance()));
            Status service = failure(() -> ControllerGrpc.newBlockingStub(plugin.channel()).createVolume(CreateVolumeRequest.getDefaultInstance()));
            assertThat(method.getCode()).isEqualTo(Code.UNIMPLEMENTED);
            assertThat(service.getCode()).isEqualTo(Code.UNIMPLEMENTED);
            assertThat(method.getDescription()).isNotBlank();
            assertThat(service.getDescription()).isNotBlank();
        }
    }

    private static Status failure(Runnable call) {
        return catchThrowableOfType(StatusRuntimeException.class, call::run).getStatus();
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            throw new UnsupportedOperationException("requests only");
        }
    }
}
