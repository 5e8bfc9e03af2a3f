package io.dysk.kernelsuite.witness;

import io.dysk.kernelsuite.Figures;
import io.dysk.kernelsuite.Values;

/**
 * What the program counted, in the guest.
 *
 * @param reads that succeeded; the same for writes and clears (of files: unlinked ones)
 * @param failedReads that failed; the same for writes and clears
 * @param lost blocks or files read that were older than what was acknowledged
 * @param stale that were older than what an earlier read had shown
 * @param foreign that were of another block, another run, or never written
 * @param torn that were no whole block
 * @param slowestMilliseconds the longest that an operation took
 * @param seconds how long it ran, on the guest's clock
 * @param said what it said of wrong things
 */
public record WitnessReport(long reads, long writes, long clears, long failedReads, long failedWrites, long failedClears, long lost,
        long stale, long foreign, long torn, long slowestMilliseconds, double seconds, String said) {

    static WitnessReport parse(String end, String said) {
        Values values = Values.parse(end);
        return new WitnessReport(values.number("reads"), values.number("writes"), values.number("clears"),
                values.number("failed_reads"), values.number("failed_writes"), values.number("failed_clears"), values.number("lost"),
                values.number("stale"), values.number("foreign"), values.number("torn"), values.number("slowest_ms"),
                Double.parseDouble(values.text("seconds")), said.strip());
    }

    /** Operations that succeeded. */
    public long done() {
        return reads + writes + clears;
    }

    /** Operations that failed. */
    public long failed() {
        return failedReads + failedWrites + failedClears;
    }

    /** How much is wrong. */
    public long wrong() {
        return lost + stale + foreign + torn;
    }

    public WitnessReport addTo(Figures figures) {
        figures.add("reads", reads).add("writes", writes).add("clears", clears).add("failed", failed()).add("lost", lost)
                .add("stale reads", stale).add("foreign", foreign).add("torn", torn);
        return this;
    }

    /** Fails unless it did something and saw nothing wrong. Errors are allowed. */
    public void assertNothingWrong() {
        if (wrong() != 0 || done() == 0) {
            throw new AssertionError(this);
        }
    }

    /** Fails unless it did something, without any error, and saw nothing wrong. */
    public void assertClean() {
        assertNothingWrong();
        if (failed() != 0) {
            throw new AssertionError(this);
        }
    }
}
