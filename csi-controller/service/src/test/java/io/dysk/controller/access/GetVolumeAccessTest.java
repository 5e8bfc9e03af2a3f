package io.dysk.controller.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dysk.access.GetVolumeAccessRequest;
import io.dysk.access.GetVolumeAccessResponse;
import io.dysk.blob.AzurePageBlobStore;
import io.dysk.blob.BlobAccount;
import io.dysk.blob.BlobException;
import io.dysk.blob.Credentials;
import io.dysk.blob.LeaseId;
import io.dysk.blob.PageBlobStore;
import io.dysk.controller.TestStorage;
import io.dysk.controller.publish.Cluster;
import io.dysk.controller.volume.VolumeId;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.contract.PublishContext;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GetVolumeAccessTest {
    private static final Logger LOG = Logger.getLogger(GetVolumeAccess.class.getName());

    private final List<String> lines = new ArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            lines.add(new SimpleFormatter().formatMessage(line));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };
    private Cluster cluster;
    private VolumeId volume;

    @BeforeEach
    void aVolume() {
        cluster = new Cluster();
        volume = cluster.volume("pvc-1");
        LOG.addHandler(handler);
    }

    @AfterEach
    void end() {
        LOG.removeHandler(handler);
        cluster.close();
    }

    @Test
    void theNodeThatHoldsTheLeaseGetsARightToThatBlobAndNoOther() {
        VolumeId other = cluster.volume("pvc-2");
        PublishContext context = cluster.publish(volume, Cluster.A);
        GetVolumeAccessResponse answer = ask(volume, Cluster.A, false);
        PageBlobStore byNode = open(answer);
        assertThat(byNode.raiseSequenceNumber(volume.address(), 7, context.lease().map(LeaseId::parse))).isEqualTo(7);
        assertThatThrownBy(() -> byNode.properties(other.address())).isInstanceOf(BlobException.Denied.class);
        Instant end = Instant.ofEpochSecond(answer.getExpiresAt().getSeconds());
        assertThat(Duration.between(Instant.now(), end)).isBetween(Duration.ofMinutes(58), Duration.ofMinutes(61));
    }

    @Test
    void otherNodesGetNone() {
        assertDenied(volume, Cluster.A, false);
        cluster.publish(volume, Cluster.A);
        assertDenied(volume, Cluster.B, false);
        assertDenied(volume, Cluster.B, true);
        cluster.unpublish(volume, Cluster.A);
        assertDenied(volume, Cluster.A, false);
        assertThat(lines).hasSize(4).allSatisfy(line -> assertThat(line).contains("no rights to " + volume));
    }

    @Test
    void aNodeWhoseLeaseWasTakenAwayGetsNoneThoughItsNoteIsThere() {
        cluster.publish(volume, Cluster.A);
        cluster.store.breakLease(volume.address(), Optional.empty());
        assertDenied(volume, Cluster.A, false);
    }

    @Test
    void readersMayReadAndNotWrite() {
        cluster.publishForReading(volume, Cluster.A);
        PageBlobStore byNode = open(ask(volume, Cluster.A, true));
        assertThat(byNode.properties(volume.address()).blobBytes()).isEqualTo(8 * TestStorage.MIB);
        assertThatThrownBy(() -> byNode.raiseSequenceNumber(volume.address(), 1, Optional.empty())).isInstanceOf(BlobException.Denied.class);
        assertDenied(volume, Cluster.A, false);
        assertDenied(volume, Cluster.B, true);
    }

    @Test
    void aSnapshotMayBeReadIfItIsThere() {
        VolumeId snapshot = volume.withSnapshot(cluster.store.createSnapshot(volume.address(), "s").id());
        PageBlobStore byNode = open(ask(snapshot, Cluster.A, true));
        assertThat(byNode.properties(volume.address(), snapshot.snapshot().orElseThrow()).blobBytes()).isEqualTo(8 * TestStorage.MIB);
        assertThatThrownBy(() -> byNode.properties(volume.address())).isInstanceOf(BlobException.Denied.class);
        assertDenied(snapshot, Cluster.A, false);
        cluster.store.deleteSnapshot(volume.address(), snapshot.snapshot().orElseThrow());
        assertThatThrownBy(() -> ask(snapshot, Cluster.A, true)).isInstanceOf(BlobException.NotFound.class);
    }

    @Test
    void everyRightLeavesALineWithoutTheSas() {
        cluster.publish(volume, Cluster.A);
        String sas = ask(volume, Cluster.A, false).getSas();
        String signature = sas.replaceAll(".*sig=([^&]*).*", "$1");
        assertThat(lines).singleElement().satisfies(line -> assertThat(line).contains(Cluster.A, "read and write", volume.toString())
                .doesNotContain(signature, "sig="));
    }

    @Test
    void whatCantBeANodeOrAVolumeIsNotFound() {
        for (String[] pair : new String[][] {{"none", Cluster.A}, {volume.toString(), "node-a"}}) {
            assertThatThrownBy(() -> access(Duration.ofHours(1)).answer(
                    GetVolumeAccessRequest.newBuilder().setVolumeId(pair[0]).setNodeId(pair[1]).build()))
                    .isInstanceOfSatisfying(RpcFailure.class, e -> assertThat(e.code()).isEqualTo(Status.Code.NOT_FOUND));
        }
    }

    @Test
    void rightsLiveForAMinuteToSevenDays() {
        for (Duration bad : List.of(Duration.ZERO, Duration.ofSeconds(59), Duration.ofDays(7).plusSeconds(1), Duration.ofHours(-1))) {
            assertThatThrownBy(() -> access(bad)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(access(Duration.ofDays(7))).isNotNull();
    }

    private GetVolumeAccess access(Duration validFor) {
        return new GetVolumeAccess(cluster.accounts(), validFor);
    }

    private GetVolumeAccessResponse ask(VolumeId id, String node, boolean readonly) {
        return access(Duration.ofHours(1)).answer(
                GetVolumeAccessRequest.newBuilder().setVolumeId(id.toString()).setNodeId(node).setReadonly(readonly).build());
    }

    private PageBlobStore open(GetVolumeAccessResponse answer) {
        return AzurePageBlobStore.open(new BlobAccount(cluster.store.endpoint(), new Credentials.Sas(answer.getSas())));
    }

    private void assertDenied(VolumeId id, String node, boolean readonly) {
        assertThatThrownBy(() -> ask(id, node, readonly)).isInstanceOfSatisfying(RpcFailure.class,
                e -> assertThat(e.code()).isEqualTo(Status.Code.PERMISSION_DENIED));
    }
}
