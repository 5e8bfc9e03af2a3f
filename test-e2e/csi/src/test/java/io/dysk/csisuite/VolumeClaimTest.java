package io.dysk.csisuite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dysk.csi.Volume;
import io.dysk.csi.VolumeCapability;
import io.dysk.csi.VolumeCapability.AccessMode.Mode;
import io.dysk.node.controller.ControllerConnection;
import io.dysk.node.lease.ControllerLeases;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.contract.NodeId;
import io.dysk.rpc.contract.PublishContext;
import io.dysk.rpc.server.TlsFiles;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** How a node takes leases itself: it asks the running controller, over TLS, and gets its very words when it is refused. */
@TestInstance(Lifecycle.PER_CLASS)
class VolumeClaimTest {
    private static final long SIZE = 4 * Requests.MIB;
    private static final NodeId A = new NodeId("node-a");
    private static final NodeId B = new NodeId("node-b");
    private static final VolumeCapability WRITE = Requests.mounted();
    private static final VolumeCapability READ = Requests.block(Mode.MULTI_NODE_READER_ONLY);

    private TlsFiles certificates;
    private Cluster cluster;
    private ControllerConnection connection;
    private ControllerLeases a;
    private ControllerLeases b;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        Authority authority = Authority.make(folder.resolve("authority"));
        certificates = authority.issue("node");
        TlsFiles server = authority.issue("controller", "DNS:localhost");
        cluster = Cluster.start(folder, "--access-address", "127.0.0.1:0", "--serve-claims",
                "--tls-cert", server.certificate().toString(), "--tls-key", server.key().toString(), "--tls-ca", server.authority().toString());
        connection = new ControllerConnection(endpoint(cluster), certificates);
        a = new ControllerLeases(connection, A);
        b = new ControllerLeases(connection, B);
    }

    private static String endpoint(Cluster cluster) {
        return "localhost:" + cluster.controller().log().lines().filter(line -> line.contains("VolumeAccess on"))
                .map(line -> line.replaceFirst(".*VolumeAccess on [^ ]*:(\\d+).*", "$1")).findFirst().orElseThrow();
    }

    @AfterAll
    void stop() {
        connection.close();
        cluster.close();
    }

    @Test
    void aControllerThatLeasesForKubernetesRefusesNodes(@TempDir Path folder) throws IOException {
        Authority authority = Authority.make(folder.resolve("authority"));
        TlsFiles server = authority.issue("controller", "DNS:localhost");
        try (Cluster other = Cluster.start(folder, "--access-address", "127.0.0.1:0", "--tls-cert", server.certificate().toString(),
                "--tls-key", server.key().toString(), "--tls-ca", server.authority().toString());
                ControllerConnection toOther = new ControllerConnection(endpoint(other), authority.issue("node"))) {
            Volume volume = other.create("not-here", SIZE);
            refused(() -> new ControllerLeases(toOther, A).claim(volume.getVolumeId(), WRITE), Status.Code.FAILED_PRECONDITION, "--serve-claims");
            assertThat(other.storage().blob(volume.getVolumeId()).leaseId()).isNull();
        }
    }

    @Test
    void aVolumeOfAnotherNodeIsRefusedWithTheWordsOfTheController() {
        Volume volume = cluster.create("held", SIZE);
        a.claim(volume.getVolumeId(), WRITE);

        refused(() -> b.claim(volume.getVolumeId(), WRITE), Status.Code.FAILED_PRECONDITION, volume.getVolumeId(), A.toString(), "delete its Node object",
                "--fence-lost-nodes");

        assertThat(cluster.storage().store().leaseHolder(cluster.storage().address(volume.getVolumeId()))).map(Object::toString).contains(A.toString());
        a.release(volume.getVolumeId());
    }

    @Test
    void anotherAccountIsRefusedWithAdvice() {
        refused(() -> a.claim("otheraccount/volumes/pvc-1", WRITE), Status.Code.UNAUTHENTICATED, "otheraccount", "--accounts-dir");
    }

    @Test
    void aVolumeThatIsNotThereIsNotFound() {
        refused(() -> a.claim(Storage.ACCOUNT + "/" + Storage.CONTAINER + "/none", WRITE), Status.Code.NOT_FOUND, "none");
        a.release(Storage.ACCOUNT + "/" + Storage.CONTAINER + "/none");
    }

    @Test
    void aControllerThatIsNotThereIsSaidToBe() throws IOException {
        try (ControllerConnection nowhere = new ControllerConnection("localhost:1", certificates)) {
            refused(() -> new ControllerLeases(nowhere, A).release("volume"), Status.Code.UNAVAILABLE, "doesn't answer", "--access-endpoint");
        }
    }

    @Test
    void aLeaseIsTakenGivenBackAndTakenByAnother() {
        Volume volume = cluster.create("moves", SIZE);
        PublishContext context = PublishContext.parse(a.claim(volume.getVolumeId(), WRITE));
        assertThat(PublishContext.parse(a.claim(volume.getVolumeId(), WRITE))).as("again").isEqualTo(context);
        assertThat(context.lease()).contains(cluster.storage().blob(volume.getVolumeId()).leaseId());
        a.release(volume.getVolumeId());
        a.release(volume.getVolumeId());
        assertThat(PublishContext.parse(b.claim(volume.getVolumeId(), WRITE)).lease()).isPresent().isNotEqualTo(context.lease());
        a.release(volume.getVolumeId());
        assertThat(cluster.storage().blob(volume.getVolumeId()).leaseId()).as("of the other node").isNotNull();
        b.release(volume.getVolumeId());
        assertThat(cluster.storage().blob(volume.getVolumeId()).leaseId()).isNull();
    }

    @Test
    void aClaimWaitsForTheOldNode() {
        Volume volume = cluster.create("awaited", SIZE);
        a.claim(volume.getVolumeId(), WRITE);
        CompletableFuture<PublishContext> waiting = CompletableFuture.supplyAsync(() -> PublishContext.parse(b.claim(volume.getVolumeId(), WRITE)));
        a.release(volume.getVolumeId());
        assertThat(waiting.join().lease()).contains(cluster.storage().blob(volume.getVolumeId()).leaseId());
        b.release(volume.getVolumeId());
    }

    @Test
    void readersShare() {
        Volume volume = cluster.create("read", SIZE);
        assertThat(PublishContext.parse(a.claim(volume.getVolumeId(), READ)).readOnly()).isTrue();
        assertThat(PublishContext.parse(b.claim(volume.getVolumeId(), READ)).readOnly()).isTrue();
        a.release(volume.getVolumeId());
        assertThat(cluster.storage().blob(volume.getVolumeId()).leaseId()).isNotNull();
        b.release(volume.getVolumeId());
        assertThat(cluster.storage().blob(volume.getVolumeId()).leaseId()).isNull();
    }

    private static void refused(Runnable call, Status.Code code, String... words) {
        RpcFailure failure = catchThrowableOfType(RpcFailure.class, call::run);
        assertThat(failure).as("the refusal").isNotNull().hasMessageContainingAll(words);
        assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
    }
}
