package io.dysk.kernelsuite.witness;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** What the service has applied of one worker's changes, which it makes one after the other. Guarded by the ledger. */
final class WorkerTrack {
    /** In which a clear of any range is found, however rare they are in the plan. */
    private static final int SEARCH = 200_000;

    private final WitnessPlan plan;
    private final int worker;
    private final AreaState area;
    /** Newest change that an update was of. */
    private int sure;
    /** Newest change that a clear was taken for. */
    private int assumed;
    private String assumedWhy = "";
    /** Older changes are no longer allowed to be applied. */
    private int floor = 1;
    /** Writes of which some blocks were applied, and which. */
    private final Map<Integer, BitSet> parts = new HashMap<>();
    /** Writes of which all blocks were applied, and clears whose blocks were zeros when the next change began. */
    private final BitSet complete = new BitSet();
    private int clearsChecked = 1;

    WorkerTrack(WitnessPlan plan, int worker, AreaState area) {
        this.plan = plan;
        this.worker = worker;
        this.area = area;
    }

    int lastApplied() {
        return Math.max(sure, assumed);
    }

    /** A block of the worker was written by this change. */
    void applied(int block, int version, Consumer<String> ghost) {
        if (version < assumed && version >= sure && assumed >= floor) {
            ghost.accept("a clear of " + assumedWhy + " that no change under way makes, before change " + version + " of worker "
                    + worker);
            assumed = sure;
        }
        if (version < floor) {
            ghost.accept("block " + block + " was written by change " + version + ", which was begun before the blob was handed over");
        } else if (version < lastApplied()) {
            ghost.accept("block " + block + " was written by change " + version + " after change " + lastApplied() + " of worker "
                    + worker);
        } else {
            checkClears(version);
            sure = version;
            assumed = 0;
        }
        area.write(block, version);
        note(block, version);
    }

    /** Blocks of the worker became zeros. */
    void cleared(int block, int count, Consumer<String> ghost) {
        int from = Math.max(lastApplied(), floor);
        int version = from;
        while (!clears(version, block, count) && version < from + SEARCH) {
            version++;
        }
        if (version == from + SEARCH) {
            ghost.accept("blocks from " + block + ", " + count + " of them, were cleared, which no change does");
        } else if (version > lastApplied()) {
            assumed = version;
            assumedWhy = count + " blocks from " + block;
        }
        for (int at = block; at < block + count; at++) {
            area.clear(at);
        }
    }

    private boolean clears(int version, int block, int count) {
        if (version < 1) {
            return false;
        }
        Change change = plan.change(worker, version);
        return change.kind().clears() && change.covers(block) && change.covers(block + count - 1);
    }

    private void note(int block, int version) {
        Change change = plan.change(worker, version);
        BitSet blocks = parts.computeIfAbsent(version, v -> new BitSet(change.count()));
        blocks.set(block - change.block());
        if (blocks.cardinality() == change.count()) {
            complete.set(version);
            parts.remove(version);
        }
    }

    /** All clears before this change are applied, or will never be. */
    private void checkClears(int before) {
        for (; clearsChecked < before; clearsChecked++) {
            Change change = plan.change(worker, clearsChecked);
            if (change.kind().clears() && area.areZeros(change)) {
                complete.set(clearsChecked);
            }
        }
    }

    /** From now on another run makes the changes, from this one on. */
    void startFrom(int first) {
        checkClears(first);
        floor = first;
        assumed = 0;
    }

    /** Nothing is under way any more; this is the first change that was not begun. */
    void check(int next, Consumer<String> ghost) {
        if (assumed >= next) {
            ghost.accept("a clear of " + assumedWhy + " that no change of worker " + worker + " makes before its end");
            assumed = 0;
        }
        checkClears(next);
    }

    /** Whether a change was applied as a whole; called after {@link #check}. */
    boolean isComplete(int version) {
        return complete.get(version);
    }
}
