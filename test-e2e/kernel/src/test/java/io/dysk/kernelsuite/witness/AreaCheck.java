package io.dysk.kernelsuite.witness;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/** One comparison of a blob with what is known of it. */
final class AreaCheck {
    private static final int READ_BLOCKS = 256;

    private final WitnessPlan plan;
    private final Heard heard;
    private final AreaState applied;
    private final boolean watching;
    private final Consumer<String> example;
    /** Of each block: last change that was acknowledged, whether it left zeros, the last that was begun and clears it. */
    private final int[] acknowledged;
    private final boolean[] zeros;
    private final int[] cleared;
    private final int[] next;
    private long lost;
    private long falselyAcknowledged;
    private long foreign;
    private long torn;

    AreaCheck(WitnessPlan plan, Heard heard, AreaState applied, boolean watching, Consumer<String> example) {
        this.plan = plan;
        this.heard = heard;
        this.applied = applied;
        this.watching = watching;
        this.example = example;
        this.acknowledged = new int[plan.blocks()];
        this.zeros = new boolean[plan.blocks()];
        Arrays.fill(zeros, true);
        this.cleared = new int[plan.blocks()];
        this.next = new int[plan.workers()];
    }

    /** Goes through the changes of a worker, up to the first that was not begun. */
    void recall(int worker, int firstNotBegun) {
        next[worker] = firstNotBegun;
        for (int version = 1; version < firstNotBegun; version++) {
            Change change = plan.change(worker, version);
            boolean clears = change.kind().clears();
            boolean done = heard.isAcknowledged(worker, version);
            for (int block = change.block(); block < change.block() + change.count(); block++) {
                if (clears) {
                    cleared[block] = version;
                }
                if (done) {
                    acknowledged[block] = version;
                    zeros[block] = clears;
                }
            }
        }
    }

    void acknowledgements(int worker, WorkerTrack track) {
        for (int version = 1; version <= heard.lastAcknowledged(worker); version++) {
            if (heard.isAcknowledged(worker, version) && !track.isComplete(version)) {
                falselyAcknowledged++;
                example.accept("falsely acknowledged: change " + version + " of worker " + worker + ", " + plan.change(worker, version));
            }
        }
    }

    void read(Ledger.Reader blob) {
        for (int from = 0; from < plan.blocks(); from += READ_BLOCKS) {
            int count = Math.min(READ_BLOCKS, plan.blocks() - from);
            ByteBuffer bytes = ByteBuffer.wrap(blob.read((plan.first() + from) * WitnessPlan.BLOCK, count * WitnessPlan.BLOCK));
            for (int i = 0; i < count; i++) {
                look(from + i, BlockContent.read(bytes, i * WitnessPlan.BLOCK));
            }
        }
    }

    private void look(int block, BlockContent content) {
        switch (content) {
            case BlockContent.Zeros none -> {
                if (!zeros[block] && cleared[block] <= acknowledged[block]) {
                    lost(block, "zeros");
                    return;
                }
            }
            case BlockContent.Torn none -> {
                torn++;
                example.accept("torn: block " + block + ", acknowledged " + acknowledged[block]);
                return;
            }
            case BlockContent.Stamped stamped -> {
                if (!isOurs(block, stamped)) {
                    foreign++;
                    example.accept("foreign: block " + block + " has " + stamped);
                    return;
                }
                if (stamped.version() < acknowledged[block]) {
                    lost(block, "change " + stamped.version());
                    return;
                }
            }
        }
        if (watching && !applied.explains(block, content)) {
            foreign++;
            example.accept("foreign: block " + block + " has " + content + ", applied was " + applied.describe(block));
        }
    }

    private void lost(int block, String there) {
        lost++;
        example.accept("lost: block " + block + " has " + there + ", acknowledged was " + (zeros[block] ? "clear " : "change ")
                + acknowledged[block] + ", applied " + applied.describe(block));
    }

    private boolean isOurs(int block, BlockContent.Stamped stamped) {
        int worker = plan.worker(block);
        if (stamped.seed() != plan.seed() || stamped.block() != block || stamped.version() < 1 || stamped.version() >= next[worker]) {
            return false;
        }
        Change change = plan.change(worker, stamped.version());
        return !change.kind().clears() && change.covers(block);
    }

    long lost() {
        return lost;
    }

    long falselyAcknowledged() {
        return falselyAcknowledged;
    }

    long foreign() {
        return foreign;
    }

    long torn() {
        return torn;
    }
}
