package io.dysk.csisuite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dysk.blob.AzurePageBlobStore;
import io.dysk.blob.BlobAccount;
import io.dysk.blob.BlobException;
import io.dysk.blob.Credentials;
import io.dysk.blob.PageBlobStore;
import io.dysk.csi.Volume;
import io.dysk.csi.VolumeCapability;
import io.dysk.node.controller.ControllerConnection;
import io.dysk.node.credential.ControllerAccess;
import io.dysk.node.credential.Grant;
import io.dysk.node.credential.Wanted;
import io.dysk.rpc.contract.NodeId;
import io.dysk.rpc.server.TlsFiles;
import io.dysk.vm.Command;
import io.dysk.vm.KernelTest;
import io.dysk.vm.Machine;
import io.dysk.vm.RunningCommand;
import io.dysk.vm.VirtualMachine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node without credentials, whose calls carry none either: the controller gives it a SAS of one minute, and pods write for longer
 * than that. Their SAS are signed with the account's key: delegation keys of an identity need the real service.
 */
@KernelTest
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AccessTest {
    private static final VolumeCapability MOUNT = Requests.mounted();
    private static final String NAME = "node-1";
    private static final String RENEWED = "has new credentials";
    private static final String CERTIFICATES = "/etc/csi-dysk/access/";
    private static final long SIZE = 64 * Requests.MIB;
    /** On a busy host with an emulated guest. */
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final VirtualMachine vm;
    private TlsFiles certificates;
    private int port;
    private Cluster cluster;
    private Node node;

    AccessTest(@Machine(with = CsiNode.class) VirtualMachine vm) {
        this.vm = vm;
    }

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        Authority authority = Authority.make(folder.resolve("authority"));
        certificates = authority.issue("node");
        TlsFiles server = authority.issue("controller", "DNS:" + Storage.HOST, "DNS:localhost");
        port = freePort();
        cluster = Cluster.start(folder, "--access-address", "127.0.0.1:" + port, "--access-time", "1m",
                "--tls-cert", server.certificate().toString(), "--tls-key", server.key().toString(), "--tls-ca", server.authority().toString());
        vm.output("mkdir -p " + CERTIFICATES);
        vm.put(certificates.certificate(), CERTIFICATES + "tls.crt");
        vm.put(certificates.key(), CERTIFICATES + "tls.key");
        vm.put(certificates.authority(), CERTIFICATES + "ca.crt");
        node = Node.prepare(vm, NAME, "--access-endpoint " + Storage.HOST + ":" + port).start();
    }

    /** The controller has to come back at the same one. */
    private static int freePort() throws IOException {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return any.getLocalPort();
        }
    }

    @AfterAll
    void stop() {
        if (node != null) {
            node.close();
        }
        cluster.close();
    }

    @Test
    @Order(1)
    void whileTheControllerIsGoneAndTheSasHasEndedWritesWaitAndGoOnWhenItIsBack() {
        Volume volume = cluster.create("waits", SIZE);
        RunningCommand pod = write(cluster.bring(node, volume, "pod", MOUNT));

        cluster.controller().kill();
        until("the device waits", () -> "held denied".equals(health()), this::health);

        long written = writes(volume);
        until("the node says what is wrong", () -> node.log().contains("credentials not renewed"), node::log);
        assertThat(health()).isEqualTo("held denied");
        assertThat(writes(volume)).as("what was written meanwhile").isEqualTo(written);
        assertThat(pod.isRunning()).as("the pod waits").isTrue();

        cluster.controller().start();
        until("the device goes on", () -> "live none".equals(health()), this::health);
        until("writes arrive", () -> writes(volume) > written + 10, this::health);
        end(pod);
        cluster.takeAway(node, volume, "pod");
        vm.allowInKernelLog("dysk0: .*(held|denied)");
    }

    @Test
    @Order(2)
    void aPodThatWritesDoesNotNoticeThatItsSasEndsAgainAndAgain() throws IOException {
        Volume volume = cluster.create("renewed", SIZE);
        String path = cluster.bring(node, volume, "pod", MOUNT);
        PageBlobStore first = opened(volume);
        assertThat(first.properties(cluster.storage().address(volume.getVolumeId())).blobBytes()).isEqualTo(SIZE);
        int before = renewals();
        Instant begin = Instant.now();
        RunningCommand pod = write(path);

        until("a SAS is renewed", () -> renewals() > before, node::log);
        node.restart();
        assertThat(node.devices()).as("adopted, not attached again").hasSize(1);
        until("the adopted device has a new one, and then another", () -> renewals() >= 2, node::log);
        until("the first SAS has long ended", () -> Instant.now().isAfter(begin.plusSeconds(85)), node::log);

        assertThatThrownBy(() -> first.properties(cluster.storage().address(volume.getVolumeId()))).isInstanceOf(BlobException.Denied.class);
        long written = writes(volume);
        until("writes still arrive", () -> writes(volume) > written + 10, this::health);
        assertThat(health()).isEqualTo("live none");
        assertThat(vm.output("dysktool stats 0")).as("requests that the service denied").contains(" denied=0 ");
        end(pod);
        assertThat(node.log() + cluster.controller().log()).doesNotContain("sig=");
        assertThat(vm.output("cat /proc/[0-9]*/maps | grep -c 'netty.*[.]so' || true")).as("libraries unpacked and loaded").isEqualTo("0");
        cluster.takeAway(node, volume, "pod");
        assertThat(node.devices()).isEmpty();
    }

    /** Writes and reads back until it is told to end; any error ends it at once. */
    private RunningCommand write(String path) {
        vm.output("rm -f /root/enough");
        RunningCommand pod = vm.start(Command.of("cd " + path + " && n=0; while [ ! -e /root/enough ]; do n=$((n + 1));"
                + " echo $n > file-$((n % 20)) && sync -d file-$((n % 20)) && [ \"$(cat file-$((n % 20)))\" = $n ] || exit 1;"
                + " [ $n != 20 ] || echo writing; done; echo $n").within(Duration.ofMinutes(10)));
        pod.awaitStdout("writing");
        return pod;
    }

    private void end(RunningCommand pod) {
        vm.output("touch /root/enough");
        assertThat(pod.await().succeeded()).as("the pod saw no error").isTrue();
    }

    /** What a node with this certificate gets now, on this host. */
    private PageBlobStore opened(Volume volume) throws IOException {
        try (ControllerConnection connection = new ControllerConnection("localhost:" + port, certificates)) {
            Grant grant = new ControllerAccess(connection, new NodeId(NAME)).grant(new Wanted(volume.getVolumeId(), Storage.ACCOUNT, false)).orElseThrow();
            return AzurePageBlobStore.open(new BlobAccount(cluster.storage().store().endpoint(), new Credentials.Sas((String) grant.secret())));
        }
    }

    /** State and reason of the only device. */
    private String health() {
        return vm.output("cd /sys/block/dysk0/dysk && echo $(cat state) $(cat reason)");
    }

    private int renewals() {
        return node.log().split(RENEWED, -1).length - 1;
    }

    private long writes(Volume volume) {
        return cluster.storage().writes(volume.getVolumeId()).size();
    }

    private static void until(String what, BooleanSupplier reached, Supplier<String> otherwise) {
        Instant end = Instant.now().plus(LIMIT);
        while (!reached.getAsBoolean()) {
            if (Instant.now().isAfter(end)) {
                throw new AssertionError("not within " + LIMIT + ": " + what + "; " + otherwise.get());
            }
            try {
                Thread.sleep(200);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }
    }
}
