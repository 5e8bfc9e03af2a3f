package io.dysk.csisuite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dysk.access.GetVolumeAccessRequest;
import io.dysk.access.VolumeAccessGrpc;
import io.dysk.blob.AzurePageBlobStore;
import io.dysk.blob.BlobAccount;
import io.dysk.blob.BlobException;
import io.dysk.blob.Credentials;
import io.dysk.blob.LeaseId;
import io.dysk.blob.PageBlobStore;
import io.dysk.csi.Volume;
import io.dysk.node.controller.ControllerConnection;
import io.dysk.node.credential.ControllerAccess;
import io.dysk.node.credential.Grant;
import io.dysk.node.credential.Wanted;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.contract.NodeId;
import io.dysk.rpc.contract.PublishContext;
import io.dysk.rpc.server.TlsFiles;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** How a node without credentials gets at its volumes: it asks the running controller, over TLS with certificates on both sides. */
@TestInstance(Lifecycle.PER_CLASS)
class VolumeAccessTest {
    private static final long SIZE = 4 * Requests.MIB;
    private static final NodeId NODE = new NodeId("node-1");
    private static final NodeId OTHER = new NodeId("node-2");

    private final BlockingQueue<String> logged = new LinkedBlockingQueue<>();
    private final Handler handler = new Handler() {
        private final SimpleFormatter formatter = new SimpleFormatter();

        @Override
        public void publish(LogRecord line) {
            logged.add(formatter.format(line));
        }

        @Override
        public void flush() {
        }

        @Override
        public void close() {
        }
    };
    private final Logger log = Logger.getLogger("io.dysk");
    private Path folder;
    private TlsFiles certificates;
    private TlsFiles foreign;
    private Cluster cluster;
    private String endpoint;

    @BeforeAll
    void start(@TempDir Path temporary) throws IOException {
        folder = temporary;
        Authority authority = Authority.make(folder.resolve("authority"));
        certificates = authority.issue("node");
        foreign = Authority.make(folder.resolve("foreign")).issue("node");
        TlsFiles server = authority.issue("controller", "DNS:localhost");
        cluster = Cluster.start(folder, "--access-address", "127.0.0.1:0", "--access-time", "5m", "--log-level", "debug",
                "--tls-cert", server.certificate().toString(), "--tls-key", server.key().toString(), "--tls-ca", server.authority().toString());
        endpoint = "localhost:" + cluster.controller().log().lines().filter(line -> line.contains("VolumeAccess on"))
                .map(line -> line.replaceFirst(".*VolumeAccess on [^ ]*:(\\d+).*", "$1")).findFirst().orElseThrow();
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    @BeforeEach
    void listen() {
        log.setLevel(Level.ALL);
        log.addHandler(handler);
    }

    @AfterEach
    void listenNoMore() {
        log.removeHandler(handler);
        log.setLevel(null);
    }

    @Test
    void aVolumeThatIsPublishedToTheNodeIsOpenedAndNoOther() throws IOException {
        Volume volume = cluster.create("mine", SIZE);
        Volume other = cluster.create("not-mine", SIZE);
        Optional<LeaseId> lease = publish(volume, NODE);

        Grant grant = ask(NODE, volume);

        PageBlobStore byNode = open(grant);
        assertThat(byNode.raiseSequenceNumber(cluster.storage().address(volume.getVolumeId()), 7, lease)).isEqualTo(7);
        assertThatThrownBy(() -> byNode.properties(cluster.storage().address(other.getVolumeId()))).isInstanceOf(BlobException.Denied.class);
        assertThat(Duration.between(Instant.now(), grant.expiresAt().orElseThrow())).isBetween(Duration.ofMinutes(3), Duration.ofMinutes(5));
        assertThat(grant.toString()).doesNotContain("sig=");
    }

    @Test
    void itsSasEndsWhenItSays() throws IOException {
        Volume volume = cluster.create("ends", SIZE);
        publish(volume, NODE);
        PageBlobStore byNode = open(ask(NODE, volume));
        assertThat(byNode.properties(cluster.storage().address(volume.getVolumeId())).blobBytes()).isEqualTo(SIZE);

        cluster.storage().server().clock().skew(Duration.ofMinutes(6).toMillis());
        try {
            assertThatThrownBy(() -> byNode.properties(cluster.storage().address(volume.getVolumeId()))).isInstanceOf(BlobException.Denied.class);
        } finally {
            cluster.storage().server().clock().skew(0);
        }
    }

    @Test
    void aVolumeThatIsPublishedElsewhereOrNowhereIsRefused() throws IOException {
        Volume volume = cluster.create("elsewhere", SIZE);
        assertRefused(NODE, volume);
        publish(volume, OTHER);
        assertRefused(NODE, volume);
        cluster.controller().csi().controller().controllerUnpublishVolume(Requests.unpublish(volume, OTHER.toString()));
        assertRefused(OTHER, volume);
    }

    @Test
    void aCertificateOfAnotherAuthorityOpensNothing() throws IOException {
        Volume volume = cluster.create("tls", SIZE);
        publish(volume, NODE);
        TlsFiles otherClient = new TlsFiles(foreign.certificate(), foreign.key(), certificates.authority());
        TlsFiles otherServer = new TlsFiles(certificates.certificate(), certificates.key(), foreign.authority());
        for (TlsFiles bad : new TlsFiles[] {otherClient, otherServer}) {
            RpcFailure failure = catchThrowableOfType(RpcFailure.class, () -> ask(bad, NODE, volume));
            assertThat(failure.code()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(failure).hasMessageContaining("--access-endpoint").hasMessageNotContaining("Pipeline").hasMessageNotContaining("\n");
        }
        ChannelCredentials none = TlsChannelCredentials.newBuilder().trustManager(certificates.authority().toFile()).build();
        for (ChannelCredentials bad : new ChannelCredentials[] {none, InsecureChannelCredentials.create()}) {
            assertThat(askPastTheNode(bad, volume).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        }
    }

    @Test
    void certificatesThatAreReplacedOnDiskAreTakenUpByTheRunningNode() throws IOException, InterruptedException {
        Volume volume = cluster.create("replaced", SIZE);
        publish(volume, NODE);
        Path own = Files.createDirectories(folder.resolve("own"));
        TlsFiles files = new TlsFiles(own.resolve("tls.crt"), own.resolve("tls.key"), own.resolve("ca.crt"));
        replace(files, foreign);
        try (ControllerConnection connection = new ControllerConnection(endpoint, files)) {
            ControllerAccess access = new ControllerAccess(connection, NODE);
            assertThatThrownBy(() -> access.grant(wanted(volume))).isInstanceOf(RpcFailure.class);

            replace(files, certificates);
            awaitLogged("new certificates");

            assertThat(untilAnswered(access, volume)).isPresent();
        }
    }

    @Test
    void aNodeConnectsBeforeItHasAnythingToAsk() throws IOException {
        try (ServerSocket controller = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ControllerConnection connection = new ControllerConnection("localhost:" + controller.getLocalPort(), certificates)) {
            controller.setSoTimeout((int) Duration.ofMinutes(1).toMillis());
            connection.connect();
            controller.accept().close();
        }
    }

    @Test
    void aConnectionOnWhichNothingComesAnyMoreIsGivenUp() throws IOException {
        Volume volume = cluster.create("silent", SIZE);
        publish(volume, NODE);
        try (SilencedRelay relay = SilencedRelay.to(port());
                ControllerConnection connection = new ControllerConnection("localhost:" + relay.port(), certificates)) {
            ControllerAccess access = new ControllerAccess(connection, NODE, Duration.ofSeconds(8));
            assertThat(access.grant(wanted(volume))).isPresent();
            relay.silence();
            assertThatThrownBy(() -> access.grant(wanted(volume))).isInstanceOfSatisfying(RpcFailure.class,
                    e -> assertThat(e.code()).isEqualTo(Status.Code.UNAVAILABLE));

            assertThat(access.grant(wanted(volume))).as("by another connection").isPresent();
        }
    }

    @Test
    void noSideLogsTheSas() throws IOException {
        Volume volume = cluster.create("logged", SIZE);
        publish(volume, NODE);

        String sas = (String) ask(NODE, volume).secret();

        String signature = sas.replaceFirst(".*sig=([^&]*).*", "$1");
        assertThat(signature).hasSizeGreaterThan(40);
        assertThat(cluster.controller().logWith("node " + NODE + " may read and write " + volume.getVolumeId())).doesNotContain(signature, "sig=",
                cluster.storage().key());
        assertThat(String.join("", logged)).doesNotContain(signature, "sig=");
    }

    private int port() {
        return Integer.parseInt(endpoint.substring(endpoint.indexOf(':') + 1));
    }

    private Optional<LeaseId> publish(Volume volume, NodeId node) {
        return PublishContext.parse(cluster.controller().csi().controller().controllerPublishVolume(
                Requests.publish(volume, node.toString(), Requests.mounted()).build()).getPublishContextMap()).lease().map(LeaseId::parse);
    }

    private static Wanted wanted(Volume volume) {
        return new Wanted(volume.getVolumeId(), Storage.ACCOUNT, false);
    }

    private Grant ask(NodeId node, Volume volume) throws IOException {
        return ask(certificates, node, volume);
    }

    private Grant ask(TlsFiles files, NodeId node, Volume volume) throws IOException {
        try (ControllerConnection connection = new ControllerConnection(endpoint, files)) {
            return new ControllerAccess(connection, node).grant(wanted(volume)).orElseThrow();
        }
    }

    private void assertRefused(NodeId node, Volume volume) {
        RpcFailure failure = catchThrowableOfType(RpcFailure.class, () -> ask(node, volume));
        assertThat(failure.code()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(failure).hasMessageContaining(node.toString()).hasMessageContaining(volume.getVolumeId());
    }

    private Status askPastTheNode(ChannelCredentials credentials, Volume volume) {
        ManagedChannel channel = Grpc.newChannelBuilder("dns:///" + endpoint, credentials).build();
        try {
            return catchThrowableOfType(StatusRuntimeException.class, () -> VolumeAccessGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS)
                    .getVolumeAccess(GetVolumeAccessRequest.newBuilder().setVolumeId(volume.getVolumeId()).setNodeId(NODE.toString()).build())).getStatus();
        } finally {
            channel.shutdownNow();
        }
    }

    private PageBlobStore open(Grant grant) {
        return AzurePageBlobStore.open(new BlobAccount(cluster.storage().store().endpoint(), new Credentials.Sas((String) grant.secret())));
    }

    private static void replace(TlsFiles files, TlsFiles by) throws IOException {
        Files.copy(by.certificate(), files.certificate(), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(by.key(), files.key(), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(by.authority(), files.authority(), StandardCopyOption.REPLACE_EXISTING);
    }

    /** The files may have been looked at while they were being replaced; then they are looked at again. */
    private static Optional<Grant> untilAnswered(ControllerAccess access, Volume volume) throws InterruptedException {
        Instant end = Instant.now().plusSeconds(60);
        while (true) {
            try {
                return access.grant(wanted(volume));
            } catch (RpcFailure e) {
                assertThat(Instant.now()).as(e.getMessage()).isBefore(end);
                Thread.sleep(200);
            }
        }
    }

    private void awaitLogged(String text) throws InterruptedException {
        String line;
        do {
            line = logged.poll(60, TimeUnit.SECONDS);
            assertThat(line).as("a line with '%s'", text).isNotNull();
        } while (!line.contains(text));
    }
}
