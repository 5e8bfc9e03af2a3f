package io.dysk.kernelsuite.witness;

import java.util.Arrays;

/** What the service has applied to each block: which change wrote it last, and whether zeros came after. */
final class AreaState {
    private final int[] written;
    private final boolean[] zeros;

    AreaState(int blocks) {
        this.written = new int[blocks];
        this.zeros = new boolean[blocks];
        Arrays.fill(zeros, true);
    }

    void write(int block, int version) {
        written[block] = version;
        zeros[block] = false;
    }

    void clear(int block) {
        zeros[block] = true;
    }

    boolean isZeros(int block) {
        return zeros[block];
    }

    boolean areZeros(Change change) {
        for (int block = change.block(); block < change.block() + change.count(); block++) {
            if (!zeros[block]) {
                return false;
            }
        }
        return true;
    }

    /** Whether it must look like this now. */
    boolean explains(int block, BlockContent content) {
        return switch (content) {
            case BlockContent.Zeros zero -> zeros[block];
            case BlockContent.Stamped stamped -> !zeros[block] && stamped.version() == written[block];
            case BlockContent.Torn torn -> false;
        };
    }

    String describe(int block) {
        return zeros[block] ? "zeros" : "change " + written[block];
    }
}
