package io.dysk.rpc.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dysk.csi.IdentityGrpc;
import io.dysk.csi.ProbeRequest;
import io.dysk.rpc.call.Calls;
import io.dysk.rpc.identity.IdentityService;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RpcServerTest {
    @TempDir
    private Path folder;

    private RpcServer.Services services() {
        Calls calls = new Calls(exception -> Optional.empty());
        return new RpcServer.Services(List.of(new IdentityService("1.2.3", List.of(), () -> true, calls)), List.of(), 4);
    }

    private SocketPath socket() {
        return new SocketPath(folder.resolve("made/csi.sock"));
    }

    private static boolean answers(SocketPath socket) {
        try (SocketChannels client = SocketChannels.open(socket)) {
            return IdentityGrpc.newBlockingStub(client.channel()).probe(ProbeRequest.getDefaultInstance()).getReady().getValue();
        }
    }

    @Test
    void refuses_a_socket_that_somebody_answers_on() throws Exception {
        try (RpcServer first = RpcServer.onSocket(socket(), services())) {
            assertThat(first).isNotNull();
            assertThatThrownBy(() -> RpcServer.onSocket(socket(), services())).isInstanceOf(IOException.class)
                    .hasMessageContaining("another program answers").hasMessageContaining("--endpoint");
            assertThat(answers(socket())).isTrue();
        }
    }

    @Test
    void never_removes_what_is_no_socket() throws Exception {
        Files.createDirectories(socket().path().getParent());
        Files.writeString(socket().path(), "precious");
        assertThatThrownBy(() -> RpcServer.onSocket(socket(), services())).isInstanceOf(IOException.class).hasMessageContaining("no socket");
        assertThat(socket().path()).hasContent("precious");
    }

    @Test
    void replaces_a_socket_that_a_dead_program_left() throws Exception {
        Files.createDirectories(socket().path().getParent());
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(socket().address());
        }
        assertThat(socket().path()).exists();
        try (RpcServer server = RpcServer.onSocket(socket(), services())) {
            assertThat(server).isNotNull();
            assertThat(answers(socket())).isTrue();
        }
    }

    @Test
    void the_socket_is_its_owners_only_and_gone_afterwards() throws Exception {
        RpcServer server = RpcServer.onSocket(socket(), services());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket().path()))).isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket().path().getParent()))).isEqualTo("rwx------");
        server.stop(Duration.ofSeconds(5));
        assertThat(socket().path()).doesNotExist();
    }

    @Test
    void a_successors_socket_is_not_removed() throws Exception {
        RpcServer first = RpcServer.onSocket(socket(), services());
        Files.delete(socket().path());
        try (RpcServer second = RpcServer.onSocket(socket(), services())) {
            first.stop(Duration.ofSeconds(5));
            assertThat(second).isNotNull();
            assertThat(answers(socket())).isTrue();
        }
    }
}
