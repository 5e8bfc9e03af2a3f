package io.dysk.kernelsuite.witness;

import io.dysk.kernelsuite.Figures;
import java.util.List;

/**
 * What a ledger found. All but the first two must be zero.
 *
 * @param acknowledged changes that the program was told are done
 * @param applied blocks of 4 KiB that the service applied, each time they were; 0 of a ledger that only hears, which knows nothing of
 *     falsely acknowledged changes and ghosts
 * @param lost blocks that hold something older than what was acknowledged
 * @param falselyAcknowledged changes that were acknowledged and never applied as a whole
 * @param ghosts changes that the service applied after newer ones had begun, or after the blob had gone to somebody else
 * @param foreign blocks with what nobody was to write there, applied or found
 * @param torn blocks that are no whole block of anybody
 * @param examples the first of what is wrong, in words
 */
public record Findings(long acknowledged, long applied, long lost, long falselyAcknowledged, long ghosts, long foreign, long torn,
        List<String> examples) {
    public Findings {
        examples = List.copyOf(examples);
    }

    /** How much is wrong. */
    public long wrong() {
        return lost + falselyAcknowledged + ghosts + foreign + torn;
    }

    public Findings addTo(Figures figures) {
        figures.add("acknowledged", acknowledged).add("lost", lost).add("foreign", foreign).add("torn", torn);
        if (applied > 0) {
            figures.add("falsely acknowledged", falselyAcknowledged).add("ghosts", ghosts);
        }
        return this;
    }

    /** Fails unless nothing is wrong, and there was something that could have been. */
    public void assertNothingWrong() {
        if (wrong() != 0 || acknowledged == 0) {
            throw new AssertionError(this);
        }
    }

    @Override
    public String toString() {
        return "acknowledged " + acknowledged + ", applied blocks " + applied + ", lost " + lost + ", falsely acknowledged "
                + falselyAcknowledged + ", ghosts " + ghosts + ", foreign " + foreign + ", torn " + torn
                + (examples.isEmpty() ? "" : "\n  " + String.join("\n  ", examples));
    }
}
