package io.dysk.blobserver;

import static io.dysk.blobserver.FaultyServer.ONES;
import static io.dysk.blobserver.FaultyServer.TWOS;
import static io.dysk.blobserver.FaultyServer.ZEROES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.Fault.Kind;
import io.dysk.blobserver.fault.FaultRule;
import io.dysk.blobserver.http.Delivery.End;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers that are cut, wrong, strange, slow, repeated or another request's. */
final class WrongAnswersTest {
    private static final String ID = "x-ms-client-request-id";

    private FaultyServer it;

    @BeforeEach
    void start() throws IOException {
        it = new FaultyServer();
    }

    @AfterEach
    void stop() throws IOException {
        it.close();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** Everything that comes back to one write until the connection ends. */
    private String answerToWrite() throws IOException {
        try (Wire wire = it.connect()) {
            it.sendWrite(wire, ONES);
            return text(wire.rest());
        }
    }

    @Test
    void aHeadIsCut() throws IOException {
        it.next(Fault.of(Kind.CUT_HEAD).withAmount(20));
        assertThat(answerToWrite()).isEqualTo("HTTP/1.1 201 Created");
        assertThat(it.stored()).isEqualTo(ONES);
        it.next(Fault.of(Kind.CUT_HEAD));
        assertThat(answerToWrite()).startsWith("HTTP/1.1 201 Created\r\n").doesNotContain("\r\n\r\n");
        it.assertWorks();
    }

    @Test
    void aBodyIsCut() throws IOException {
        it.nextRead(Fault.of(Kind.CUT_BODY).withAmount(100));
        try (Wire wire = it.connect()) {
            it.sendRead(wire, 0);
            String all = text(wire.rest());
            assertThat(all).contains("Content-Length: 512\r\n");
            assertThat(all.substring(all.indexOf("\r\n\r\n") + 4)).hasSize(100);
        }
        it.assertWorks();
    }

    @Test
    void halfAnAnswerMayBeFollowedBySilenceOrAReset() throws IOException {
        it.next(Fault.of(Kind.CUT_HEAD).withAmount(10).then(End.SILENCE));
        try (Wire wire = it.connect()) {
            it.sendWrite(wire, ONES);
            assertThat(text(wire.next(10))).isEqualTo("HTTP/1.1 2");
            wire.timeout(100);
            assertThatThrownBy(wire::atEnd).isInstanceOf(SocketTimeoutException.class);
        }
        it.next(Fault.of(Kind.CUT_HEAD).withAmount(10).then(End.RESET));
        assertThatThrownBy(this::answerToWrite).isInstanceOf(SocketException.class);
        it.assertWorks();
    }

    @Test
    void lengthsAreTooLongOrTooShort() throws IOException {
        try (Wire wire = it.connect()) {
            it.nextRead(Fault.of(Kind.WRONG_LENGTH).withAmount(-500));
            it.sendRead(wire, 0);
            assertThat(wire.receive(false).body()).hasSize(12);
            assertThat(wire.next(500)).as("the rest is still on its way").isEqualTo(new byte[500]);
            it.next(Fault.of(Kind.WRONG_LENGTH).withAmount(7));
            it.sendWrite(wire, ONES);
            it.sendRead(wire, 0);
            Reply reply = wire.receive(false);
            assertThat(reply.header("content-length")).isEqualTo("7");
            assertThat(reply.text()).as("bytes of the next answer").isEqualTo("HTTP/1.");
        }
        it.assertWorks();
    }

    @Test
    void rangesSequenceNumbersAndStatusesAreWrong() throws IOException {
        it.blob.write(0, ONES);
        it.nextRead(Fault.of(Kind.WRONG_RANGE));
        Reply moved = it.blob.read(0, 512);
        assertThat(moved.header("content-range")).isEqualTo("bytes 512-1023/1048576");
        assertThat(moved.body()).isEqualTo(ONES);
        it.nextRead(Fault.of(Kind.WRONG_RANGE).withAmount(-512));
        assertThat(it.blob.read(1024, 512).header("content-range")).isEqualTo("bytes 512-1023/1048576");
        it.next(Fault.of(Kind.WRONG_SEQUENCE).withAmount(5));
        assertThat(it.blob.write(0, ONES).header("x-ms-blob-sequence-number")).isEqualTo("5");
        it.next(Fault.of(Kind.WRONG_STATUS).with(412, ""));
        Reply lie = it.blob.write(0, TWOS);
        assertThat(lie.status()).isEqualTo(412);
        assertThat(lie.header("etag")).isNotNull();
        assertThat(it.stored()).isEqualTo(TWOS);
        it.assertWorks();
    }

    @Test
    void bytesFollowTheAnswer() throws IOException {
        try (Wire wire = it.connect()) {
            it.next(Fault.of(Kind.EXTRA_BYTES).withAmount(3));
            it.sendWrite(wire, ONES);
            assertThat(wire.receive(false).status()).isEqualTo(201);
            assertThat(text(wire.next(3))).isEqualTo("xxx");
            it.sendRead(wire, 0);
            assertThat(wire.receive(false).body()).isEqualTo(ONES);
        }
    }

    @Test
    void answersComeInChunks() throws IOException {
        it.blob.write(0, ONES);
        it.nextRead(Fault.of(Kind.CHUNKED).withAmount(100));
        Reply read = it.blob.read(0, 512);
        assertThat(read.header("transfer-encoding")).isEqualTo("chunked");
        assertThat(read.header("content-length")).isNull();
        assertThat(read.body()).isEqualTo(ONES);
        it.next(Fault.of(Kind.CHUNKED));
        assertThat(it.blob.write(0, TWOS).status()).isEqualTo(201);
        it.assertWorks();
    }

    @Test
    void interimAnswersComeFirst() throws IOException {
        it.next(Fault.of(Kind.CONTINUE).withAmount(2));
        try (Wire wire = it.connect()) {
            it.sendWrite(wire, ONES);
            assertThat(wire.receive(false).status()).isEqualTo(100);
            assertThat(wire.receive(false).status()).isEqualTo(100);
            assertThat(wire.receive(false).status()).isEqualTo(201);
        }
    }

    @Test
    void aHeadIsHuge() throws IOException {
        it.blob.write(0, ONES);
        it.nextRead(Fault.of(Kind.HUGE_HEAD).withAmount(100_000));
        Reply reply = it.blob.read(0, 512);
        assertThat(reply.body()).isEqualTo(ONES);
        assertThat(reply.headers().entrySet().stream().mapToInt(e -> e.getKey().length() + e.getValue().length() + 4).sum())
                .isGreaterThan(100_000);
    }

    @Test
    void aHeadNeverEndsUntilThePeerGoesOrTheServerHasEnough() throws IOException {
        it.next(Fault.of(Kind.ENDLESS_HEAD).withAmount(500_000));
        String all = answerToWrite();
        assertThat(all).startsWith("HTTP/1.1 201 ").doesNotContain("\r\n\r\n").hasSizeGreaterThan(500_000);
        it.next(Fault.of(Kind.ENDLESS_HEAD).withAmount(1L << 40));
        try (Wire wire = it.connect()) {
            it.sendWrite(wire, ONES);
            wire.next(100_000);
        }
        it.assertWorks();
    }

    @Test
    void garbageComesInsteadWithOrWithoutEffect() throws IOException {
        it.next(Fault.of(Kind.GARBAGE).withAmount(40));
        assertThat(answerToWrite()).hasSize(40).doesNotStartWith("H");
        assertThat(it.stored()).isEqualTo(ZEROES);
        it.next(Fault.of(Kind.APPLY_GARBAGE));
        assertThat(answerToWrite()).hasSize(256);
        assertThat(it.stored()).isEqualTo(ONES);
        it.assertWorks();
    }

    @Test
    void anAnswerDrips() throws IOException {
        it.next(Fault.of(Kind.DRIP).withAmount(50).withInterval(20));
        long start = System.nanoTime();
        assertThat(it.blob.write(0, ONES).status()).isEqualTo(201);
        assertThat(System.nanoTime() - start).as("several pieces with pauses between them").isGreaterThan(80_000_000L);
    }

    @Test
    void anAnswerComesTwice() throws IOException {
        it.next(Fault.of(Kind.TWICE));
        try (Wire wire = it.connect()) {
            it.sendWrite(wire, ONES, ID, "first");
            assertThat(wire.receive(false).header(ID)).isEqualTo("first");
            it.sendRead(wire, 0, ID, "second");
            assertThat(wire.receive(false).header(ID)).isEqualTo("first");
            assertThat(wire.receive(false).header(ID)).isEqualTo("second");
        }
    }

    @Test
    void anAnswerComesAgainWhenTheNextRequestHasBegun() throws IOException {
        it.next(Fault.of(Kind.TWICE_LATE));
        try (Wire wire = it.connect()) {
            it.sendWrite(wire, ONES, ID, "first");
            assertThat(wire.receive(false).header(ID)).isEqualTo("first");
            wire.timeout(100);
            assertThatThrownBy(wire::atEnd).as("nothing more yet").isInstanceOf(SocketTimeoutException.class);
            wire.timeout(30_000);
            it.sendWriteHead(wire, TWOS, ID, "second");
            assertThat(wire.receive(false).header(ID)).as("before the body was sent").isEqualTo("first");
            wire.send(TWOS);
            assertThat(wire.receive(false).header(ID)).isEqualTo("second");
        }
        assertThat(it.stored()).isEqualTo(TWOS);
    }

    @Test
    void aWriteGetsTheAnswerOfAnEarlierOneAndIsNotDone() throws IOException {
        it.next(Fault.of(Kind.STALE));
        assertThat(it.blob.write(0, ONES, ID, "first").header(ID)).as("nothing to repeat yet").isEqualTo("first");
        it.blob.read(0, 512, ID, "a read");
        Reply stale = it.blob.write(0, TWOS, ID, "second");
        assertThat(stale.status()).isEqualTo(201);
        assertThat(stale.header(ID)).isEqualTo("first");
        assertThat(it.stored()).isEqualTo(ONES);
        it.next(Fault.of(Kind.APPLY_STALE));
        assertThat(it.blob.write(0, TWOS, ID, "third").header(ID)).isEqualTo("first");
        assertThat(it.stored()).isEqualTo(TWOS);
    }

    @Test
    void aReadGetsOldDataOfTheSameRangeOrElseDataOfAnother() throws IOException {
        it.server.faults().add(FaultRule.READS.after(2), Fault.of(Kind.STALE));
        it.blob.write(0, ONES);
        it.blob.write(512, TWOS);
        assertThat(it.blob.read(0, 512).body()).isEqualTo(ONES);
        it.blob.write(0, TWOS);
        assertThat(it.blob.read(512, 512).body()).isEqualTo(TWOS);
        assertThat(it.blob.read(0, 512).body()).as("the skipped ones were not hit").isEqualTo(TWOS);
        assertThat(it.blob.read(512, 512).body()).isEqualTo(TWOS);
        Reply other = it.blob.read(8192, 512);
        assertThat(other.header("content-range")).isIn("bytes 0-511/1048576", "bytes 512-1023/1048576");
    }

    @Test
    void anIdleConnectionEnds() throws IOException {
        it.next(Fault.of(Kind.IDLE_DROP).withInterval(50));
        try (Wire wire = it.connect()) {
            it.sendWrite(wire, ONES);
            assertThat(wire.receive(false).status()).isEqualTo(201);
            assertThat(wire.atEnd()).isTrue();
        }
        it.next(Fault.of(Kind.IDLE_RESET).withInterval(50));
        try (Wire wire = it.connect()) {
            it.sendWrite(wire, ONES);
            assertThat(wire.receive(false).status()).isEqualTo(201);
            assertThatThrownBy(wire::atEnd).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void aConnectionThatIsNotIdleGoesOn() throws IOException {
        it.next(Fault.of(Kind.IDLE_RESET).withInterval(1000));
        try (Wire wire = it.connect()) {
            it.sendWrite(wire, ONES);
            wire.receive(false);
            it.sendRead(wire, 0);
            assertThat(wire.receive(false).body()).isEqualTo(ONES);
            wire.timeout(1500);
            assertThatThrownBy(wire::atEnd).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void longAnswersCanBeWrongToo() throws IOException {
        byte[] data = PageBlobProtocolContract.bytes(1 << 20, 3);
        it.blob.write(0, data);
        TestBlob large = new TestBlob(it.client, it.blob.path() + "-large");
        large.create(8 << 20);
        large.write(3 << 20, data);
        it.nextRead(Fault.of(Kind.CHUNKED).withAmount(1 << 16));
        byte[] read = large.read(1 << 20, 4 << 20).body();
        assertThat(read).hasSize(4 << 20);
        assertThat(Arrays.copyOfRange(read, 2 << 20, 3 << 20)).isEqualTo(data);
    }

    @Test
    void headAnswersKeepTheirForm() throws IOException {
        it.server.faults().add(new FaultRule("HEAD", null, null, null, null, 0, 1), Fault.of(Kind.WRONG_LENGTH).withAmount(512));
        assertThat(it.blob.head().header("content-length")).isEqualTo(Integer.toString((1 << 20) + 512));
        assertThat(it.blob.head().headers()).containsAllEntriesOf(Map.of("content-length", Integer.toString(1 << 20)));
    }
}
