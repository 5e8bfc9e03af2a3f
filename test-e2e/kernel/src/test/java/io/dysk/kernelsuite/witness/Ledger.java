package io.dysk.kernelsuite.witness;

import io.dysk.blobserver.blob.AppliedWrite;
import io.dysk.blobserver.blob.AppliedWrites;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The host's account of one area under a {@link Witness}: hears what the program was told ({@link #heard}), sees what the service
 * applies, in its order, and reads the blob at the end. Thread-safe.
 *
 * <p>A worker makes one change at a time. So of its changes the service must never apply one after a newer one: that is a ghost, even
 * where it overwrites nothing. An update says itself which change it is; a clear is taken for the next one of the worker that clears
 * that range, which the worker's next update confirms or refutes.
 */
public final class Ledger implements AppliedWrites {
    /** Epochs are generation << 20 | counter; an attachment raises the generation. */
    private static final int GENERATION_SHIFT = 20;

    private static final int EXAMPLES = 20;

    private final WitnessPlan plan;
    private final Heard heard;
    private final WorkerTrack[] workers;
    private final AreaState area;
    private final boolean watching;
    private final List<String> examples = new ArrayList<>();
    private long generation;
    private long appliedSinceAttach;
    private long appliedCount;
    private long ghosts;
    private long foreign;

    private Ledger(WitnessPlan plan, boolean watching) {
        this.plan = plan;
        this.heard = new Heard(plan.workers());
        this.area = new AreaState(plan.blocks());
        this.watching = watching;
        this.workers = new WorkerTrack[plan.workers()];
        for (int worker = 0; worker < workers.length; worker++) {
            workers[worker] = new WorkerTrack(plan, worker, area);
        }
    }

    /** Of an area of zeros in a blob whose changes it will see from now on. */
    public static Ledger watching(WitnessPlan plan) {
        return new Ledger(plan, true);
    }

    /** That sees nothing of what is applied, since the service runs elsewhere: only hears, and reads at the end. */
    public static Ledger hearing(WitnessPlan plan) {
        return new Ledger(plan, false);
    }

    public WitnessPlan plan() {
        return plan;
    }

    /** What the program was told. */
    public Heard heard() {
        return heard;
    }

    // ---- what the service applies -----------------------------------------------------------------------------------

    /** A change of the blob, of whatever part of it. */
    @Override
    public synchronized void applied(AppliedWrite change, ByteBuffer bytes) {
        switch (change.kind()) {
            case UPDATE -> inArea(change, (block, index) -> update(block, BlockContent.read(bytes, bytes.position() + index)));
            case CLEAR -> cleared(change);
            case SEQUENCE -> {
                if (change.sequence() >> GENERATION_SHIFT != generation) {
                    generation = change.sequence() >> GENERATION_SHIFT;
                    appliedSinceAttach = 0;
                }
            }
            default -> { }
        }
    }

    private interface EachBlock {
        void block(int block, int index);
    }

    private void inArea(AppliedWrite change, EachBlock each) {
        long from = change.offset() - plan.first() * WitnessPlan.BLOCK;
        long end = from + change.length();
        if (end <= 0 || from >= (long) plan.blocks() * WitnessPlan.BLOCK) {
            return;
        }
        if (((from | end) & WitnessPlan.BLOCK - 1) != 0) {
            foreign(change.kind() + " of part of a block, at " + change.offset() + ", " + change.length() + " bytes");
            return;
        }
        for (long at = Math.max(from, 0); at < end && at < (long) plan.blocks() * WitnessPlan.BLOCK; at += WitnessPlan.BLOCK) {
            appliedCount++;
            appliedSinceAttach++;
            each.block((int) (at / WitnessPlan.BLOCK), (int) (at - from));
        }
    }

    private void update(int block, BlockContent content) {
        switch (content) {
            case BlockContent.Stamped stamped when fits(block, stamped) ->
                workers[plan.worker(block)].applied(block, (int) stamped.version(), this::ghost);
            case BlockContent.Zeros zeros -> workers[plan.worker(block)].cleared(block, 1, this::ghost);
            default -> foreign("block " + block + " was written with " + content);
        }
    }

    /** Contiguous blocks of one worker belong to one change of it. */
    private void cleared(AppliedWrite change) {
        int[] range = {-1, -1};
        inArea(change, (block, index) -> {
            if (range[0] < 0) {
                range[0] = block;
            }
            range[1] = block + 1;
        });
        for (int block = range[0]; block >= 0 && block < range[1]; ) {
            int worker = plan.worker(block);
            int end = Math.min(range[1], (worker + 1) * plan.part());
            workers[worker].cleared(block, end - block, this::ghost);
            block = end;
        }
    }

    private boolean fits(int block, BlockContent.Stamped stamped) {
        if (stamped.seed() != plan.seed() || stamped.block() != block || stamped.version() < 1
                || stamped.version() > Integer.MAX_VALUE) {
            return false;
        }
        Change change = plan.change(plan.worker(block), stamped.version());
        return !change.kind().clears() && change.covers(block);
    }

    private void ghost(String what) {
        ghosts++;
        example("ghost: " + what);
    }

    private void foreign(String what) {
        foreign++;
        example("foreign: " + what);
    }

    private void example(String what) {
        if (examples.size() < EXAMPLES) {
            examples.add(what);
        }
    }

    // ---- from one attachment to the next ----------------------------------------------------------------------------

    /**
     * The blob was attached by somebody else, who has written nothing yet; the machine or device that ran the program before writes no
     * more, or must not be let to. Whatever was applied since that attachment, and whatever is applied from now on of changes begun
     * before, is a ghost. The next run goes on with {@link #text}.
     */
    public synchronized void handOver() {
        if (appliedSinceAttach > 0) {
            ghost(appliedSinceAttach + " blocks were applied after the attachment");
            appliedSinceAttach = 0;
        }
        int[] next = new int[workers.length];
        for (int worker = 0; worker < workers.length; worker++) {
            next[worker] = heard.next(worker, workers[worker].lastApplied());
            workers[worker].startFrom(next[worker]);
        }
        heard.ended(next);
    }

    /** For the standard input of a program that verifies or goes on. */
    synchronized String text() {
        int[] applied = new int[workers.length];
        for (int worker = 0; worker < workers.length; worker++) {
            applied[worker] = workers[worker].lastApplied();
        }
        return heard.text(applied);
    }

    // ---- the end ----------------------------------------------------------------------------------------------------

    /** Bytes of the blob. */
    @FunctionalInterface
    public interface Reader {
        /** Offset and length in bytes of the blob. */
        byte[] read(long offset, int length);
    }

    /**
     * Compares all that was heard, seen, and is there now. Nothing may be under way.
     *
     * @param blob reads it in the service; {@code blob::read} of a {@link io.dysk.kernelsuite.PageBlob}
     */
    public synchronized Findings verify(Reader blob) {
        AreaCheck check = new AreaCheck(plan, heard, area, watching, this::example);
        for (int worker = 0; worker < workers.length; worker++) {
            int next = heard.next(worker, workers[worker].lastApplied());
            workers[worker].check(next, this::ghost);
            check.recall(worker, next);
            if (watching) {
                check.acknowledgements(worker, workers[worker]);
            }
        }
        check.read(blob);
        return new Findings(heard.acknowledged(), appliedCount, check.lost(), check.falselyAcknowledged(), ghosts,
                foreign + check.foreign(), check.torn(), examples);
    }

    /** Ghosts until now, for tests that look at a certain moment. */
    public synchronized long ghosts() {
        return ghosts;
    }

}
