package io.dysk.rpc.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dysk.access.GetVolumeAccessRequest;
import io.dysk.access.GetVolumeAccessResponse;
import io.dysk.access.VolumeAccessGrpc;
import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both sides show a certificate of one authority, or nothing is said. */
class TlsTest {
    @TempDir
    private Path folder;

    private Certificates ours;
    private Certificates others;

    @BeforeEach
    void make() throws Exception {
        ours = Certificates.make(Files.createDirectory(folder.resolve("ours")));
        others = Certificates.make(Files.createDirectory(folder.resolve("others")));
    }

    private static final class Access extends VolumeAccessGrpc.VolumeAccessImplBase {
        @Override
        public void getVolumeAccess(GetVolumeAccessRequest request, StreamObserver<GetVolumeAccessResponse> observer) {
            observer.onNext(GetVolumeAccessResponse.newBuilder().setSas("sv=1").build());
            observer.onCompleted();
        }
    }

    private static RpcServer serve(TlsFiles files) throws IOException {
        return RpcServer.onTcp(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), files,
                new RpcServer.Services(List.of(new Access()), List.of(), 4));
    }

    private static String ask(RpcServer server, ChannelCredentials credentials) {
        ManagedChannel channel = NettyChannelBuilder.forAddress("localhost", server.port(), credentials).build();
        try {
            return VolumeAccessGrpc.newBlockingStub(channel).withDeadlineAfter(Duration.ofSeconds(60))
                    .getVolumeAccess(GetVolumeAccessRequest.getDefaultInstance()).getSas();
        } finally {
            channel.shutdownNow();
        }
    }

    private static Code refused(RpcServer server, ChannelCredentials credentials) {
        return catchThrowableOfType(StatusRuntimeException.class, () -> ask(server, credentials)).getStatus().getCode();
    }

    @Test
    void a_caller_without_a_certificate_of_ours_is_not_answered() throws Exception {
        try (RpcServer server = serve(ours.server()); TlsFiles.Loaded foreign = new TlsFiles(others.client().certificate(), others.client().key(),
                ours.client().authority()).load()) {
            assertThat(refused(server, foreign.channelCredentials())).isEqualTo(Code.UNAVAILABLE);
            assertThat(refused(server, TlsChannelCredentials.newBuilder().trustManager(ours.client().authority().toFile()).build()))
                    .isEqualTo(Code.UNAVAILABLE);
            assertThat(refused(server, InsecureChannelCredentials.create())).isEqualTo(Code.UNAVAILABLE);
        }
    }

    @Test
    void a_server_of_another_authority_is_not_asked() throws Exception {
        try (RpcServer server = serve(others.server()); TlsFiles.Loaded client = ours.client().load()) {
            assertThat(refused(server, client.channelCredentials())).isEqualTo(Code.UNAVAILABLE);
        }
    }

    @Test
    void files_that_can_not_be_are_named() throws Exception {
        TlsFiles good = ours.server();
        TlsFiles missing = new TlsFiles(folder.resolve("none"), good.key(), good.authority());
        assertThatThrownBy(missing::load).isInstanceOf(IOException.class).hasMessageContaining("none can't be read");
        Path text = Files.writeString(folder.resolve("text"), "no certificate");
        assertThatThrownBy(() -> new TlsFiles(text, good.key(), good.authority()).load()).isInstanceOf(IOException.class).hasMessageContaining("PEM");
        assertThatThrownBy(() -> new TlsFiles(good.certificate(), text, good.authority()).load()).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> new TlsFiles(good.certificate(), good.key(), text).load()).isInstanceOf(IOException.class);
    }

    @Test
    void both_with_a_certificate_of_ours() throws Exception {
        try (RpcServer server = serve(ours.server()); TlsFiles.Loaded client = ours.client().load()) {
            assertThat(ask(server, client.channelCredentials())).isEqualTo("sv=1");
        }
    }
}
