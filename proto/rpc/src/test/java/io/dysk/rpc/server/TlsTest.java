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
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both sides show a certificate of one authority, or nothing is said. */
class TlsTest {
    private static final Logger LOG = Logger.getLogger(TlsFiles.class.getName());

    @TempDir
    private Path folder;

    private final BlockingQueue<String> logged = new LinkedBlockingQueue<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            logged.add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    private Certificates ours;
    private Certificates others;

    @BeforeEach
    void make() throws Exception {
        ours = Certificates.make(Files.createDirectory(folder.resolve("ours")));
        others = Certificates.make(Files.createDirectory(folder.resolve("others")));
        LOG.addHandler(handler);
    }

    @AfterEach
    void end() {
        LOG.removeHandler(handler);
    }

    private void awaitLogged(String text) throws InterruptedException {
        String line;
        do {
            line = logged.poll(60, TimeUnit.SECONDS);
            assertThat(line).as("a line with '%s'", text).isNotNull();
        } while (!line.contains(text));
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
    void certificates_that_are_replaced_on_disk_are_taken_up_by_both_sides() throws Exception {
        try (RpcServer server = serve(ours.server()); TlsFiles.Loaded client = ours.client().load(); TlsFiles.Loaded other = others.client().load()) {
            assertThat(ask(server, client.channelCredentials())).isEqualTo("sv=1");
            assertThat(refused(server, other.channelCredentials())).isEqualTo(Code.UNAVAILABLE);
            others.replace(ours);
            awaitLogged("new certificates");
            awaitLogged("new certificates");
            assertThat(ask(server, client.channelCredentials())).isEqualTo("sv=1");
            assertThat(ask(server, other.channelCredentials())).isEqualTo("sv=1");
        }
    }

    @Test
    void a_certificate_that_was_renewed_for_the_same_key_is_taken_up() throws Exception {
        ours.renewServer("elsewhere");
        try (RpcServer server = serve(ours.server()); TlsFiles.Loaded client = ours.client().load()) {
            assertThat(refused(server, client.channelCredentials())).as("a certificate for another host").isEqualTo(Code.UNAVAILABLE);
            ours.renewServer("localhost");
            awaitLogged("new certificates");
            assertThat(ask(server, client.channelCredentials())).isEqualTo("sv=1");
        }
    }

    @Test
    void files_that_are_replaced_by_nonsense_leave_what_was_there() throws Exception {
        try (RpcServer server = serve(ours.server()); TlsFiles.Loaded client = ours.client().load()) {
            Files.writeString(ours.server().certificate(), "half a certifi");
            awaitLogged("the certificates before are used on");
            assertThat(ask(server, client.channelCredentials())).isEqualTo("sv=1");
        }
    }

    @Test
    void both_with_a_certificate_of_ours() throws Exception {
        try (RpcServer server = serve(ours.server()); TlsFiles.Loaded client = ours.client().load()) {
            assertThat(ask(server, client.channelCredentials())).isEqualTo("sv=1");
        }
    }
}
