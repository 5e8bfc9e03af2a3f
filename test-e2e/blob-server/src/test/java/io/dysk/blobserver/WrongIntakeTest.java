package io.dysk.blobserver;

import static io.dysk.blobserver.FaultyServer.ONES;
import static io.dysk.blobserver.FaultyServer.TWOS;
import static io.dysk.blobserver.FaultyServer.ZEROES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.Fault.Kind;
import io.dysk.blobserver.http.Delivery.End;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections that end, answer or slow down while the body of a request is still on its way. */
final class WrongIntakeTest {
    private FaultyServer it;

    @BeforeEach
    void start() throws IOException {
        it = new FaultyServer();
    }

    @AfterEach
    void stop() throws IOException {
        it.close();
    }

    @Test
    void theConnectionEndsBeforeTheBody() throws IOException {
        it.next(Fault.of(Kind.DROP_BODY));
        try (Wire wire = it.connect()) {
            it.sendWriteHead(wire, ONES);
            assertThat(wire.atEnd()).as("a FIN, though the body was not sent yet").isTrue();
        }
        it.next(Fault.of(Kind.RESET_BODY));
        try (Wire wire = it.connect()) {
            it.sendWriteHead(wire, ONES);
            assertThatThrownBy(wire::atEnd).isInstanceOf(SocketException.class);
        }
        assertThat(it.stored()).isEqualTo(ZEROES);
        it.assertWorks();
    }

    @Test
    void theConnectionEndsWithinTheBody() throws IOException {
        it.next(Fault.of(Kind.DROP_BODY).withAmount(300));
        try (Wire wire = it.connect()) {
            it.sendWriteHead(wire, ONES);
            wire.send(new byte[299]);
            wire.timeout(100);
            assertThatThrownBy(wire::atEnd).isInstanceOf(SocketTimeoutException.class);
            wire.send(new byte[1]);
            wire.timeout(30_000);
            assertThat(wire.atEnd()).isTrue();
        }
        it.next(Fault.of(Kind.RESET_BODY).withAmount(300));
        try (Wire wire = it.connect()) {
            it.sendWriteHead(wire, ONES);
            wire.send(new byte[300]);
            assertThatThrownBy(wire::atEnd).isInstanceOf(SocketException.class);
        }
        assertThat(it.stored()).isEqualTo(ZEROES);
        it.assertWorks();
    }

    @Test
    void theAnswerComesBeforeTheBodyAndTheConnectionEnds() throws IOException {
        it.next(Fault.of(Kind.EARLY_ANSWER).with(503, "ServerBusy").withRetryAfter(2).withAmount(100));
        try (Wire wire = it.connect()) {
            it.sendWriteHead(wire, ONES, "x-ms-client-request-id", "mine");
            wire.send(new byte[100]);
            Reply reply = wire.receive(false);
            assertThat(reply.summary()).isEqualTo("503 ServerBusy");
            assertThat(reply.header("retry-after")).isEqualTo("2");
            assertThat(reply.header("x-ms-client-request-id")).isEqualTo("mine");
            assertThat(wire.atEnd()).isTrue();
        }
        assertThat(it.stored()).isEqualTo(ZEROES);
        it.assertWorks();
    }

    @Test
    void theAnswerComesBeforeTheBodyAndTheConnectionGoesOn() throws IOException {
        it.next(Fault.of(Kind.EARLY_ANSWER).with(500, "InternalError").then(End.KEEP));
        try (Wire wire = it.connect()) {
            it.sendWriteHead(wire, ONES);
            assertThat(wire.receive(false).summary()).isEqualTo("500 InternalError");
            wire.send(ONES);
            it.sendWrite(wire, TWOS);
            assertThat(wire.receive(false).summary()).isEqualTo("201");
        }
        assertThat(it.stored()).isEqualTo(TWOS);
    }

    @Test
    void theBodyIsReadSlowly() throws IOException {
        it.next(Fault.of(Kind.SLOW_BODY).withAmount(128).withInterval(30));
        long start = System.nanoTime();
        assertThat(it.blob.write(0, ONES).summary()).isEqualTo("201");
        assertThat(System.nanoTime() - start).as("three pauses").isGreaterThanOrEqualTo(90_000_000L);
        assertThat(it.stored()).isEqualTo(ONES);
        it.nextRead(Fault.of(Kind.SLOW_BODY));
        assertThat(it.blob.read(0, 512).body()).as("without a body there is nothing to be slow with").isEqualTo(ONES);
    }

    @Test
    void aPeerFeelsThatItsBodyIsReadSlowly() throws IOException {
        byte[] data = PageBlobProtocolContract.bytes(4 << 20, 5);
        it.next(Fault.of(Kind.SLOW_BODY).withAmount(1 << 20).withInterval(100));
        try (Wire wire = it.connect()) {
            wire.sendBuffer(16 * 1024);
            it.sendWriteHead(wire, data);
            long start = System.nanoTime();
            wire.send(data);
            assertThat(System.nanoTime() - start).as("not all fits into buffers").isGreaterThan(90_000_000L);
            assertThat(wire.receive(false).status()).isEqualTo(416);
        }
        it.assertWorks();
    }
}
