package io.dysk.blobserver;

import static io.dysk.blobserver.FaultyServer.ONES;
import static io.dysk.blobserver.FaultyServer.TWOS;
import static io.dysk.blobserver.FaultyServer.ZEROES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dysk.blobserver.blob.AppliedWrite;
import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.Fault.Kind;
import io.dysk.blobserver.fault.FaultRule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** All kinds alike: ordered over HTTP, counted, survived; by chance, and repeated by their seed; applied twice or late. */
final class FaultMixTest {

    /** Whether a client waits in vain for an answer, or for the rest of it. */
    private static boolean neverWhole(Kind kind) {
        return switch (kind) {
            case SILENCE, APPLY_SILENCE, HOLD_SILENCE, WRONG_LENGTH -> true;
            default -> false;
        };
    }

    @ParameterizedTest
    @EnumSource
    void everyKindIsOrderedOverHttpCountedAndSurvived(Kind kind) throws IOException {
        String name = kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
        try (FaultyServer it = new FaultyServer()) {
            if (kind.stale()) {
                it.control("PUT", "fault?kind=" + name + "&comp=nothing-has-this");
                it.blob.write(0, ZEROES);
            }
            assertThat(it.control("PUT", "fault?kind=" + name + "&comp=page&amount=1&interval-ms=1&later=0").status()).isEqualTo(200);
            try (Wire wire = it.connect()) {
                it.sendWrite(wire, ONES);
                wire.timeout(neverWhole(kind) ? 100 : 30_000);
                wire.receive(false);
            } catch (IOException e) {
                assertThat(kind).isNotIn(Kind.NONE, Kind.ANSWER, Kind.APPLY_ANSWER, Kind.CHUNKED, Kind.TWICE, Kind.DUPLICATE);
            }
            assertThat(it.control("GET", "stats").text()).contains("\nfault-" + name + " 1\n", "\nfaults 1\n");
            assertThat(it.stored()).isEqualTo(kind.applied() ? ONES : ZEROES);
            it.assertWorks();
        }
    }

    @Test
    void mistakesInOrdersAreExplained() throws IOException {
        try (FaultyServer it = new FaultyServer()) {
            assertThat(it.control("PUT", "fault?kind=drop&percent=101").text()).isEqualTo("percent must be 0 to 100\n");
            assertThat(it.control("PUT", "fault?kind=drip&amount=-1").text()).contains("amount of DRIP must be 0 to");
            assertThat(it.control("PUT", "fault?kind=drip&interval-ms=-1").status()).isEqualTo(400);
            assertThat(it.control("PUT", "fault?kind=drip&then=explode").text()).contains("then must be one of keep, close");
            assertThat(it.blob.write(0, ONES).status()).isEqualTo(201);
        }
    }

    private static List<Integer> answersByChance(long seed) throws IOException {
        try (FaultyServer it = new FaultyServer(BlobServerConfig.defaults().withSeed(seed))) {
            it.server.faults().add(FaultRule.WRITES.percent(20), Fault.answer(503, "ServerBusy"));
            it.server.faults().add(FaultRule.WRITES.percent(12.5), Fault.answer(500, "InternalError"));
            List<Integer> answers = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                answers.add(it.blob.write(0, ONES).status());
            }
            return answers;
        }
    }

    @Test
    void aMixIsRepeatedByItsSeed() throws IOException {
        List<Integer> answers = answersByChance(42);
        assertThat(answersByChance(42)).isEqualTo(answers);
        assertThat(answersByChance(43)).isNotEqualTo(answers);
        assertThat(answers.stream().filter(status -> status == 503).count()).isBetween(50L, 110L);
        assertThat(answers.stream().filter(status -> status == 500).count()).isBetween(20L, 65L);
    }

    @Test
    void aMixStartsOverWithItsSeed() throws IOException {
        try (FaultyServer it = new FaultyServer()) {
            List<List<Integer>> runs = new ArrayList<>();
            for (long seed : new long[] {5, 5, 6}) {
                assertThat(it.control("PUT", "seed?value=" + seed).status()).isEqualTo(200);
                it.control("PUT", "fault?kind=answer&status=503&comp=page&count=0&percent=50");
                List<Integer> answers = new ArrayList<>();
                for (int i = 0; i < 64; i++) {
                    answers.add(it.blob.write(0, ONES).status());
                }
                runs.add(answers);
                it.control("DELETE", "fault");
            }
            assertThat(runs.get(1)).isEqualTo(runs.get(0));
            assertThat(runs.get(2)).isNotEqualTo(runs.get(0));
        }
    }

    @Test
    void aRequestThatIsDoneTwiceIsAGhostUnlessTheFenceWasRaised() throws IOException {
        try (FaultyServer it = new FaultyServer()) {
            it.next(Fault.of(Kind.DUPLICATE).withLater(2));
            assertThat(it.blob.write(0, ONES, "x-ms-if-sequence-number-eq", "0").status()).isEqualTo(201);
            assertThat(it.blob.write(0, TWOS).status()).isEqualTo(201);
            it.blob.head();
            assertThat(it.stored()).as("within one epoch nothing can tell the duplicate").isEqualTo(ONES);
            it.next(Fault.of(Kind.DUPLICATE).withLater(2));
            it.blob.write(0, ONES, "x-ms-if-sequence-number-eq", "0");
            it.blob.sequence("max", 1);
            assertThat(it.blob.write(0, TWOS, "x-ms-if-sequence-number-eq", "1").status()).isEqualTo(201);
            assertThat(it.server.held().size()).isZero();
            assertThat(it.stored()).as("refused after the raise").isEqualTo(TWOS);
            assertThat(it.server.writeLog().all()).extracting(AppliedWrite::kind).filteredOn(AppliedWrite.Kind.UPDATE::equals).hasSize(5);
        }
    }

    @Test
    void aRequestAnsweredWithAnErrorIsDoneLater() throws IOException {
        try (FaultyServer it = new FaultyServer()) {
            it.next(Fault.of(Kind.HOLD_ANSWER).with(500, "OperationTimedOut").withLater(1));
            assertThat(it.blob.write(0, ONES).summary()).isEqualTo("500 OperationTimedOut");
            assertThat(it.stored()).isEqualTo(ZEROES);
            it.blob.head();
            assertThat(it.stored()).isEqualTo(ONES);
        }
    }

    @Test
    void amountsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> Fault.of(Kind.CUT_HEAD).withAmount(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Fault.of(Kind.HUGE_HEAD).withAmount(1L << 30)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Fault.of(Kind.DRIP).withInterval(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(Fault.of(Kind.WRONG_RANGE).withAmount(-512).amount()).isEqualTo(-512);
    }
}
