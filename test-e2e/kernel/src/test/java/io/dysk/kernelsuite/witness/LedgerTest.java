package io.dysk.kernelsuite.witness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The ledger finds each thing that must not happen, and nothing where nothing is wrong. */
class LedgerTest {
    private static final int BLOCK = WitnessPlan.BLOCK;
    private static final WitnessPlan PLAN = new WitnessPlan(7, 2, 64, 2, 4, 30);

    private final History history = new History(PLAN);

    // ---- nothing is wrong -------------------------------------------------------------------------------------------

    @Test
    void whatIsDoneAsToldIsRight() {
        history.attach();
        history.done(0, 1, 300);
        history.done(1, 1, 200);
        history.end(301, 201);

        Findings findings = history.verify();

        assertThat(findings.wrong()).as(findings.toString()).isZero();
        assertThat(findings.acknowledged()).isEqualTo(500);
        findings.assertNothingWrong();
    }

    @Test
    void workersDontWaitForEachOther() {
        for (int version = 1; version <= 100; version++) {
            history.apply(version % 2, version / 2 + 1);
            history.acknowledge(version % 2, version / 2 + 1);
        }

        assertThat(history.verify().wrong()).isZero();
    }

    @Test
    void aChangeUnderWayWhenTheMachineDiesMayBeThereInPart() {
        history.done(0, 1, 20);
        int next = history.find(0, 21, change -> !change.kind().clears() && change.count() > 1);
        history.done(0, 21, next - 1);
        history.apply(PLAN.change(0, next).block(), 1, next);

        assertThat(history.verify().wrong()).isZero();
    }

    @Test
    void changesWhoseAcknowledgementsWereNotHeardAreRight() {
        history.done(0, 1, 20);
        for (int version = 21; version < 30; version++) {
            history.apply(0, version);
        }

        assertThat(history.verify().wrong()).isZero();
    }

    @Test
    void aFailedChangeMayBeThereOrNot() {
        history.done(0, 1, 20);
        history.fail(0, 21);
        history.done(0, 22, 40);
        history.apply(0, 41);
        history.fail(0, 41);
        history.done(0, 42, 60);
        history.end(61, 1);

        assertThat(history.verify().wrong()).isZero();
    }

    @Test
    void aWriteThatIsRepeatedBeforeTheNextOneIsRight() {
        int write = history.write(0, 5);
        history.done(0, 1, write - 1);
        history.apply(0, write);
        history.raise();
        history.apply(0, write);
        history.acknowledge(0, write);
        history.done(0, write + 1, write + 10);

        assertThat(history.verify().wrong()).isZero();
    }

    @Test
    void aRunThatGoesOnElsewhereIsRight() {
        history.attach();
        history.done(0, 1, 30);
        history.apply(0, 31);
        history.attach();
        history.ledger.handOver();
        history.ledger.heard().begins();
        history.done(0, 31 + 1 + Heard.LOOK_AHEAD, 200);

        assertThat(history.verify().wrong()).isZero();
    }

    // ---- falsely acknowledged ---------------------------------------------------------------------------------------

    @Test
    void aWriteThatWasAcknowledgedAndNeverApplied() {
        int write = history.write(0, 10);
        history.done(0, 1, write - 1);
        history.acknowledge(0, write);

        Findings findings = history.verify();

        assertThat(findings.falselyAcknowledged()).isEqualTo(1);
        assertThat(findings.lost()).as("blocks").isEqualTo(PLAN.change(0, write).count());
    }

    @Test
    void aWriteOfWhichOnlyAPartWasApplied() {
        int write = history.find(0, 10, change -> !change.kind().clears() && change.count() == 4);
        history.done(0, 1, write - 1);
        history.apply(PLAN.change(0, write).block(), 3, write);
        history.acknowledge(0, write);

        Findings findings = history.verify();

        assertThat(findings.falselyAcknowledged()).isEqualTo(1);
        assertThat(findings.lost()).isEqualTo(1);
    }

    @Test
    void aFalseAcknowledgementIsFoundEvenWhenItIsAllOverwritten() {
        int write = history.find(0, 10, change -> !change.kind().clears() && change.count() == 1);
        Change falsely = PLAN.change(0, write);
        history.done(0, 1, write - 1);
        history.acknowledge(0, write);
        int over = history.find(0, write + 1, change -> !change.kind().clears() && change.covers(falsely.block()));
        history.done(0, write + 1, over);

        Findings findings = history.verify();

        assertThat(findings.falselyAcknowledged()).isEqualTo(1);
        assertThat(findings.lost()).isZero();
    }

    @Test
    void aClearThatWasAcknowledgedAndNeverApplied() {
        int write = history.find(0, 1, change -> !change.kind().clears() && change.count() == 4);
        int block = PLAN.change(0, write).block();
        int clear = history.find(0, write + 1, change -> change.kind().clears() && change.covers(block));
        history.done(0, 1, clear - 1);
        int last = lastWrite(block, clear - 1);
        if (last == 0) {
            throw new AssertionError("the block is not written before the clear");
        }
        history.acknowledge(0, clear);
        history.done(0, clear + 1, clear + 1);

        Findings findings = history.verify();

        assertThat(findings.falselyAcknowledged()).as(findings.toString()).isEqualTo(1);
        assertThat(findings.lost()).isPositive();
    }

    /** The change that the block has, 0 for zeros. */
    private int lastWrite(int block, int until) {
        int last = 0;
        for (int version = 1; version <= until; version++) {
            Change change = PLAN.change(0, version);
            if (change.covers(block)) {
                last = change.kind().clears() ? 0 : version;
            }
        }
        return last;
    }

    // ---- ghosts -----------------------------------------------------------------------------------------------------

    @Test
    void anOlderWriteThatLandsOnANewerOne() {
        int old = history.write(0, 10);
        int block = PLAN.change(0, old).block();
        int newer = history.find(0, old + 1, change -> !change.kind().clears() && change.covers(block));
        history.done(0, 1, newer);
        history.apply(0, old);

        Findings findings = history.verify();

        assertThat(findings.ghosts()).isEqualTo(PLAN.change(0, old).count());
        assertThat(findings.lost()).isPositive();
    }

    @Test
    void anOlderWriteThatLandsWhereNothingCameAfterIt() {
        int old = history.write(0, 10);
        history.done(0, 1, old + 1);
        Change change = PLAN.change(0, old);
        Change next = PLAN.change(0, old + 1);
        int block = change.covers(next.block()) ? change.block() + change.count() - 1 : change.block();

        history.apply(block, 1, old);
        history.done(0, old + 2, old + 5);

        assertThat(history.verify().ghosts()).isEqualTo(1);
    }

    @Test
    void anOlderClearThatLandsOnANewerWrite() {
        int clear = history.find(0, 10, change -> change.kind().clears());
        int block = PLAN.change(0, clear).block();
        int write = history.find(0, clear + 1, change -> !change.kind().clears() && change.covers(block));
        history.done(0, 1, write);

        history.clear(block, 1);
        history.done(0, write + 1, write + 30);

        Findings findings = history.verify();
        assertThat(findings.ghosts()).as(findings.toString()).isEqualTo(1);
    }

    @Test
    void anOlderClearThatLandsAfterTheLastChange() {
        int clear = history.find(0, 10, change -> change.kind().clears());
        int block = PLAN.change(0, clear).block();
        int write = history.find(0, clear + 1, change -> !change.kind().clears() && change.covers(block));
        history.done(0, 1, write);
        history.clear(block, 1);
        history.end(write + 1, 1);

        Findings findings = history.verify();

        assertThat(findings.ghosts()).as(findings.toString()).isEqualTo(1);
        assertThat(findings.lost()).isEqualTo(1);
    }

    @Test
    void whatIsAppliedBetweenTheAttachmentAndTheHandOver() {
        history.attach();
        history.done(0, 1, 30);
        history.attach();
        history.apply(0, history.write(0, 31));
        history.ledger.handOver();

        assertThat(history.verify().ghosts()).isEqualTo(1);
    }

    @Test
    void whatIsAppliedOfTheOldRunAfterTheHandOver() {
        int late = history.write(0, 31);
        history.attach();
        history.done(0, 1, late - 1);
        history.attach();
        history.ledger.handOver();
        history.apply(0, late);

        assertThat(history.verify().ghosts()).isEqualTo(PLAN.change(0, late).count());
    }

    @Test
    void aLateClearOfTheOldRunAfterTheHandOver() {
        int clear = history.find(0, 31, change -> change.kind().clears());
        history.attach();
        history.done(0, 1, clear - 1);
        history.attach();
        history.ledger.handOver();
        history.apply(0, clear);
        int next = history.ledger.heard().next(0, 0);
        history.end(next, 1);

        assertThat(history.verify().ghosts()).isEqualTo(1);
    }

    @Test
    void whatAMachineGivenUpIsToldLaterMustHaveBeenAppliedBefore() {
        int late = history.write(0, 31);
        history.attach();
        history.done(0, 1, late - 2);
        history.apply(0, late - 1);
        history.attach();
        history.ledger.handOver();
        history.acknowledge(0, late - 1);
        assertThat(history.verify().wrong()).isZero();

        history.acknowledge(0, late);

        assertThat(history.verify().falselyAcknowledged()).isEqualTo(1);
    }

    // ---- foreign, torn, lost ----------------------------------------------------------------------------------------

    @Test
    void anotherRunsContent() {
        history.write(3, BlockContent.of(PLAN.seed() + 1, 3, 1));

        assertThat(history.verify().foreign()).isPositive();
    }

    @Test
    void anotherBlocksContent() {
        int write = history.write(0, 1);
        int block = PLAN.change(0, write).block();
        history.write(block == 0 ? 1 : 0, BlockContent.of(PLAN.seed(), block, write));

        assertThat(history.verify().foreign()).isPositive();
    }

    @Test
    void aChangeThatDoesNotWriteThisBlock() {
        int write = history.find(0, 1, change -> !change.kind().clears() && !change.covers(9));
        history.write(9, BlockContent.of(PLAN.seed(), 9, write));

        assertThat(history.verify().foreign()).isPositive();
    }

    @Test
    void partOfABlock() {
        history.write(3, Arrays.copyOf(BlockContent.of(PLAN.seed(), 3, 1), 512));

        assertThat(history.verify().foreign()).isEqualTo(1);
    }

    @Test
    void aChangeThatWasNeverBegun() {
        history.done(0, 1, 20);
        int write = history.write(0, 25);
        history.apply(0, write);
        history.end(21, 1);

        assertThat(history.verify().foreign()).isEqualTo(PLAN.change(0, write).count());
    }

    @Test
    void contentThatChangedWithoutAChange() {
        int write = history.write(0, 10);
        Change change = PLAN.change(0, write);
        history.done(0, 1, write);
        Arrays.fill(history.blob, history.offset(change.block()), history.offset(change.block() + 1), (byte) 0);

        assertThat(history.verify().lost()).isEqualTo(1);
    }

    @Test
    void aBlockOfTwoHalves() {
        int write = history.write(0, 10);
        history.done(0, 1, write);
        int offset = history.offset(PLAN.change(0, write).block());
        Arrays.fill(history.blob, offset, offset + BLOCK / 2, (byte) 0);

        assertThat(history.verify().torn()).isEqualTo(1);
    }

    @Test
    void whatIsBesideTheAreaIsNotLookedAt() {
        history.done(0, 1, 20);
        history.write(-1, new byte[BLOCK]);
        history.clear(-2, 1);

        assertThat(history.verify().wrong()).isZero();
    }

    @Test
    void aLedgerThatOnlyHearsFindsWhatIsLost() {
        int write = history.write(0, 10);
        Ledger ledger = Ledger.hearing(PLAN);
        ledger.heard().begins();
        for (int version = 1; version < write; version++) {
            history.apply(0, version);
            ledger.heard().line("a 0 " + version);
        }
        Ledger.Reader blob = (offset, length) -> Arrays.copyOfRange(history.blob, (int) offset, (int) offset + length);
        assertThat(ledger.verify(blob).wrong()).isZero();

        ledger.heard().line("a 0 " + write);

        assertThat(ledger.verify(blob).lost()).isEqualTo(PLAN.change(0, write).count());
    }
}
