package io.dysk.blobserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.dysk.blobserver.blob.AppliedWrite;
import io.dysk.blobserver.fault.HeldRequests;
import io.dysk.blobserver.http.ServerClock;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every fault does what the README says, ordered over HTTP and seen from the wire and from inside. */
final class FaultsTest {
    private static final String CONTAINER = "/" + RawClient.ACCOUNT + "/faults";
    private static final byte[] ONES = PageBlobProtocolContract.bytes(512, 1);
    private static final byte[] TWOS = PageBlobProtocolContract.bytes(512, 2);

    private BlobServer server;
    private RawClient client;
    private TestBlob blob;

    @BeforeEach
    void start() throws IOException {
        server = BlobServer.start(PageBlobProtocolContract.premium(BlobServerConfig.defaults()).withControlPort(0).withLog(1000, true));
        client = new RawClient(server.port());
        client.send("PUT", CONTAINER, "restype=container", Map.of());
        blob = new TestBlob(client, CONTAINER + "/blob");
        blob.create(1 << 20);
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        server.close();
    }

    private String control(String method, String pathAndQuery) throws IOException {
        Reply reply = controlReply(method, pathAndQuery);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.text();
    }

    private Reply controlReply(String method, String pathAndQuery) throws IOException {
        try (Wire wire = new Wire(server.controlPort())) {
            wire.send(method + " /_control/" + pathAndQuery + " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
            return wire.receive(false);
        }
    }

    /** Sends one write on a connection of its own and gives what comes back. */
    private Reply writeAlone(byte[] data) throws IOException {
        try (Wire wire = new Wire(server.port())) {
            sendWrite(wire, data);
            return wire.receive(false);
        }
    }

    private void sendWrite(Wire wire, byte[] data) throws IOException {
        wire.send(client.bytes("PUT", blob.path(), "comp=page",
                TestBlob.headers("x-ms-page-write", "update", "x-ms-range", "bytes=0-511"), data));
        wire.send(data);
    }

    private byte[] stored() {
        return server.blob(RawClient.ACCOUNT, "faults", "blob").read(0, 512);
    }

    @Test
    void mistakesInOrdersAreExplained() throws IOException {
        Reply wrongKind = controlReply("PUT", "fault?kind=explode");
        assertThat(wrongKind.status()).isEqualTo(400);
        assertThat(wrongKind.text()).contains("kind must be one of").contains("hold-drop");
        assertThat(controlReply("GET", "nonsense").status()).isEqualTo(400);
        assertThat(controlReply("PUT", "fault?kind=answer&status=9000").status()).isEqualTo(400);
        assertThat(controlReply("PUT", "fault?kind=answer&count=many").text()).isEqualTo("count must be a number\n");
    }

    @Test
    void aBusyServerAppliesNothing() throws IOException {
        control("PUT", "fault?kind=answer&status=503&code=ServerBusy&retry-after=7&comp=page&count=2");
        for (int i = 0; i < 2; i++) {
            Reply reply = blob.write(0, ONES);
            assertThat(reply.summary()).isEqualTo("503 ServerBusy");
            assertThat(reply.header("retry-after")).isEqualTo("7");
            assertThat(reply.text()).contains("<Code>ServerBusy</Code>");
        }
        assertThat(stored()).isEqualTo(new byte[512]);
        assertThat(blob.write(0, ONES).summary()).isEqualTo("201");
        assertThat(control("GET", "fault")).isEqualTo("fault 1 answer seen 2 hit 2\n");
    }

    @Test
    void aServerErrorMayOrMayNotHaveApplied() throws IOException {
        control("PUT", "fault?kind=answer&status=500&code=OperationTimedOut&comp=page");
        assertThat(blob.write(0, ONES).summary()).isEqualTo("500 OperationTimedOut");
        assertThat(stored()).isEqualTo(new byte[512]);
        control("PUT", "fault?kind=apply-answer&status=500&comp=page");
        assertThat(blob.write(0, ONES).summary()).isEqualTo("500");
        assertThat(stored()).isEqualTo(ONES);
    }

    @Test
    void onlyMatchingRequestsAreHitAndTheFirstMayPass() throws IOException {
        control("PUT", "fault?kind=answer&status=403&code=AuthenticationFailed&method=GET&comp=none&blob=faults/blob&skip=1");
        assertThat(blob.write(0, ONES).status()).isEqualTo(201);
        assertThat(blob.read(0, 512).status()).isEqualTo(206);
        assertThat(blob.head().status()).isEqualTo(200);
        assertThat(blob.read(0, 512).summary()).isEqualTo("403 AuthenticationFailed");
        assertThat(blob.read(0, 512).status()).isEqualTo(206);
        control("PUT", "fault?kind=answer&status=412&code=LeaseLost&write=clear&count=0");
        assertThat(blob.write(0, ONES).status()).isEqualTo(201);
        assertThat(blob.clear(0, 512).summary()).isEqualTo("412 LeaseLost");
        assertThat(blob.clear(0, 512).summary()).isEqualTo("412 LeaseLost");
        control("DELETE", "fault");
        assertThat(blob.clear(0, 512).status()).isEqualTo(201);
        control("PUT", "fault?kind=answer&status=500&action=max");
        assertThat(blob.sequence("update", 1).status()).isEqualTo(200);
        assertThat(blob.sequence("max", 2).status()).isEqualTo(500);
    }

    @Test
    void aConnectionEndsBeforeOrAfterApplying() throws IOException {
        control("PUT", "fault?kind=drop&comp=page");
        assertThatThrownBy(() -> writeAlone(ONES)).isInstanceOf(EOFException.class);
        assertThat(stored()).isEqualTo(new byte[512]);
        control("PUT", "fault?kind=apply-drop&comp=page");
        assertThatThrownBy(() -> writeAlone(ONES)).isInstanceOf(EOFException.class);
        assertThat(stored()).isEqualTo(ONES);
    }

    @Test
    void aConnectionIsResetBeforeOrAfterApplying() throws IOException {
        control("PUT", "fault?kind=reset&comp=page");
        assertThatThrownBy(() -> writeAlone(ONES)).isInstanceOf(SocketException.class);
        assertThat(stored()).isEqualTo(new byte[512]);
        control("PUT", "fault?kind=apply-reset&comp=page");
        assertThatThrownBy(() -> writeAlone(ONES)).isInstanceOf(SocketException.class);
        assertThat(stored()).isEqualTo(ONES);
    }

    @Test
    void aSilentServerKeepsTheConnection() throws IOException {
        control("PUT", "fault?kind=apply-silence&comp=page");
        try (Wire wire = new Wire(server.port())) {
            sendWrite(wire, ONES);
            wire.timeout(200);
            assertThatThrownBy(() -> wire.receive(false)).isInstanceOf(SocketTimeoutException.class);
        }
        assertThat(stored()).isEqualTo(ONES);
    }

    @Test
    void aDelayedAnswerIsLateButOrdinary() throws IOException {
        control("PUT", "fault?kind=none&delay-ms=150&comp=page");
        long start = System.nanoTime();
        assertThat(blob.write(0, ONES).status()).isEqualTo(201);
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(150_000_000L);
    }

    @Test
    void aHeldWriteComesBackAsAGhost() throws IOException {
        control("PUT", "fault?kind=hold-drop&later=2&comp=page");
        assertThatThrownBy(() -> writeAlone(ONES)).isInstanceOf(EOFException.class);
        assertThat(control("GET", "held")).isEqualTo("held 1\n");
        assertThat(blob.write(0, TWOS).status()).isEqualTo(201);
        assertThat(blob.read(0, 512).body()).isEqualTo(TWOS);
        assertThat(blob.read(0, 512).body()).as("the old write landed over the new one").isEqualTo(ONES);
        assertThat(server.writeLog().all()).extracting(AppliedWrite::data)
                .containsExactly(null, TWOS, ONES);
    }

    @Test
    void aHeldWriteCanBeAppliedAloneAndSaysWhatBecameOfIt() throws IOException {
        long before = server.writeLog().last();
        control("PUT", "fault?kind=hold-drop&later=0&comp=page&count=2");
        assertThatThrownBy(() -> writeAlone(ONES)).isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> writeAlone(TWOS)).isInstanceOf(EOFException.class);
        List<HeldRequests.Held> held = server.held().list();
        assertThat(held).extracting(HeldRequests.Held::number, HeldRequests.Held::what, HeldRequests.Held::after)
                .containsExactly(tuple(1L, "PUT " + blob.path() + " comp=page bytes=0-511", before),
                        tuple(2L, "PUT " + blob.path() + " comp=page bytes=0-511", before));

        assertThat(server.held().apply(held.get(1))).isEqualTo(HeldRequests.Fate.APPLIED);
        assertThat(stored()).isEqualTo(TWOS);
        assertThat(server.held().apply(held.get(1))).isEqualTo(HeldRequests.Fate.UNKNOWN);
        assertThat(server.held().list()).containsExactly(held.get(0));

        client.send("DELETE", blob.path(), "", Map.of());
        assertThat(server.held().apply(held.get(0))).isEqualTo(HeldRequests.Fate.REFUSED);
        assertThat(server.held().size()).isZero();
    }

    @Test
    void aWriteCanBeAppliedTwice() throws IOException {
        control("PUT", "fault?kind=apply-hold-drop&later=2&comp=page");
        assertThatThrownBy(() -> writeAlone(ONES)).isInstanceOf(EOFException.class);
        assertThat(stored()).isEqualTo(ONES);

        assertThat(writeAlone(TWOS).status()).isEqualTo(201);
        assertThat(stored()).isEqualTo(TWOS);
        blob.read(512, 512);

        assertThat(stored()).isEqualTo(ONES);
    }

    @Test
    void aGhostObeysTheFence() throws IOException {
        control("PUT", "fault?kind=hold-silence&later=0&comp=page");
        try (Wire wire = new Wire(server.port())) {
            wire.send(client.bytes("PUT", blob.path(), "comp=page", TestBlob.headers(
                    "x-ms-page-write", "update", "x-ms-range", "bytes=0-511", "x-ms-if-sequence-number-eq", "0"), ONES));
            wire.send(ONES);
            wire.timeout(200);
            assertThatThrownBy(() -> wire.receive(false)).isInstanceOf(SocketTimeoutException.class);
        }
        blob.sequence("max", 1);
        assertThat(control("PUT", "held?action=apply")).isEqualTo("applied 1\n");
        assertThat(stored()).isEqualTo(new byte[512]);
    }

    @Test
    void openConnectionsAreEndedOnOrder() throws IOException {
        try (Wire idle = new Wire(server.port())) {
            sendWrite(idle, ONES);
            idle.receive(false);
            control("PUT", "connections?action=close");
            assertThat(idle.atEnd()).isTrue();
        }
        try (Wire idle = new Wire(server.port())) {
            sendWrite(idle, ONES);
            idle.receive(false);
            control("PUT", "connections?action=reset");
            assertThatThrownBy(idle::atEnd).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void newConnectionsAreRefusedOrLeftWaiting() throws IOException {
        control("PUT", "accept?mode=refused");
        assertThatThrownBy(() -> writeAlone(ONES)).isInstanceOf(IOException.class);
        control("PUT", "accept?mode=on");
        assertThat(writeAlone(ONES).status()).isEqualTo(201);
        control("PUT", "accept?mode=paused");
        try (Wire waiting = new Wire(server.port())) {
            sendWrite(waiting, TWOS);
            waiting.timeout(200);
            assertThatThrownBy(() -> waiting.receive(false)).isInstanceOf(SocketTimeoutException.class);
            assertThat(stored()).isEqualTo(ONES);
            control("PUT", "accept?mode=on");
            waiting.timeout(10_000);
            assertThat(waiting.receive(false).status()).isEqualTo(201);
        }
        assertThat(stored()).isEqualTo(TWOS);
    }

    @Test
    void aWrongClockRefusesSignaturesAndShowsInTheDate() throws IOException {
        control("PUT", "clock?skew-ms=1200000");
        Reply reply = blob.read(0, 512);
        assertThat(reply.summary()).isEqualTo("403 AuthenticationFailed");
        assertThat(ServerClock.parse(reply.header("date")) - System.currentTimeMillis()).isBetween(1_190_000L, 1_210_000L);
        control("PUT", "clock?skew-ms=0");
        assertThat(blob.read(0, 512).status()).isEqualTo(206);
    }

    @Test
    void heldCopiesArePendingUntilTheyEnd() throws IOException {
        blob.write(0, ONES);
        control("PUT", "copies?action=hold");
        TestBlob clone = new TestBlob(client, CONTAINER + "/clone");
        Reply copied = clone.copyFrom("http://127.0.0.1" + blob.path());
        assertThat(copied.header("x-ms-copy-status")).isEqualTo("pending");
        assertThat(clone.head().header("x-ms-copy-status")).isEqualTo("pending");
        assertThat(clone.write(0, TWOS).summary()).isEqualTo("409 PendingCopyOperation");
        assertThat(clone.acquire(PageBlobProtocolContract.LEASE_A, -1).summary()).isEqualTo("409 PendingCopyOperation");
        assertThat(clone.put("comp=snapshot", Map.of()).summary()).isEqualTo("409 PendingCopyOperation");
        assertThat(clone.put("comp=tier", TestBlob.headers("x-ms-access-tier", "P10")).summary()).isEqualTo("409 PendingCopyOperation");
        assertThat(clone.delete().summary()).isEqualTo("409 PendingCopyOperation");
        assertThat(control("PUT", "copies?action=progress&percent=25")).isEqualTo("pending 1\n");
        assertThat(clone.head().header("x-ms-copy-progress")).matches("262\\d{3}/1048576");
        assertThat(control("PUT", "copies?action=complete")).isEqualTo("ended 1\n");
        assertThat(clone.head().header("x-ms-copy-status")).isEqualTo("success");
        assertThat(clone.read(0, 512).body()).isEqualTo(ONES);
        TestBlob failing = new TestBlob(client, CONTAINER + "/failing");
        failing.copyFrom("http://127.0.0.1" + blob.path());
        control("PUT", "copies?action=fail");
        assertThat(failing.head().header("x-ms-copy-status")).isEqualTo("failed");
        assertThat(failing.head().header("x-ms-copy-status-description")).startsWith("500 InternalServerError");
        TestBlob aborted = new TestBlob(client, CONTAINER + "/aborted");
        String id = aborted.copyFrom("http://127.0.0.1" + blob.path()).header("x-ms-copy-id");
        assertThat(aborted.put("comp=copy&copyid=" + id, TestBlob.headers("x-ms-copy-action", "abort")).status()).isEqualTo(204);
        assertThat(aborted.head().header("x-ms-copy-status")).isEqualTo("aborted");
        assertThat(aborted.head().header("content-length")).isEqualTo("0");
    }

    @Test
    void aCopyWhoseSourceChangesOrGoesFails() throws IOException {
        control("PUT", "copies?action=hold");
        TestBlob ofBlob = new TestBlob(client, CONTAINER + "/of-blob");
        ofBlob.copyFrom("http://127.0.0.1" + blob.path());
        TestBlob ofSnapshot = new TestBlob(client, CONTAINER + "/of-snapshot");
        String snapshot = blob.snapshot();
        ofSnapshot.copyFrom("http://127.0.0.1" + blob.path() + "?snapshot=" + snapshot);
        blob.write(0, TWOS);
        assertThat(client.send("DELETE", blob.path(), "snapshot=" + snapshot, Map.of()).status()).isEqualTo(202);
        assertThat(control("PUT", "copies?action=complete")).isEqualTo("ended 2\n");
        assertThat(ofBlob.head().header("x-ms-copy-status-description")).startsWith("412 ConditionNotMet");
        assertThat(ofSnapshot.head().header("x-ms-copy-status-description")).startsWith("404 BlobNotFound");
        assertThat(ofSnapshot.head().header("content-length")).isEqualTo("0");
    }

    @Test
    void aBlobHasOnlySoManySnapshots() throws IOException {
        control("PUT", "snapshots?limit=1");
        String only = blob.snapshot();
        assertThat(blob.put("comp=snapshot", Map.of()).summary()).isEqualTo("409 SnapshotCountExceeded");
        client.send("DELETE", blob.path(), "snapshot=" + only, Map.of());
        assertThat(blob.snapshot()).isNotNull();
        control("PUT", "snapshots");
        for (int i = 1; i < 100; i++) {
            assertThat(blob.snapshot()).isNotNull();
        }
        assertThat(blob.put("comp=snapshot", Map.of()).summary()).as("of a premium account").isEqualTo("409 SnapshotCountExceeded");
    }

    @Test
    void theLogHasEveryChangeInOrderAndRebuildsTheBlob() throws IOException {
        blob.write(512, ONES);
        blob.clear(0, 512);
        blob.sequence("max", 5);
        blob.write(0, TWOS, "x-ms-if-sequence-number-eq", "4");
        assertThat(control("GET", "log?from=2")).isEqualTo("""
                last 4
                2 update devstoreaccount1/faults/blob 512 512 sequence 0
                3 clear devstoreaccount1/faults/blob 0 512 sequence 0
                4 sequence devstoreaccount1/faults/blob 0 0 sequence 5
                """);
        List<AppliedWrite> all = server.writeLog().all();
        assertThat(all).extracting(AppliedWrite::number).containsExactly(1L, 2L, 3L, 4L);
        assertThat(all.get(1).data()).isEqualTo(ONES);
    }

    @Test
    void statisticsCountWhatWasAsked() throws IOException {
        blob.write(0, ONES);
        blob.read(0, 512);
        blob.read(0, 512);
        assertThat(control("GET", "stats")).contains("get-blob 2\n", "put-page 1\n", "body-bytes-received 512\n");
    }
}
