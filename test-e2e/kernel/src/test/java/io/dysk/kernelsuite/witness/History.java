package io.dysk.kernelsuite.witness;

import io.dysk.blobserver.blob.AppliedWrite;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Predicate;

/** A history as tests want it: what a service applies, and what a program is told, in any order, right or wrong. */
final class History {
    private static final int BLOCK = WitnessPlan.BLOCK;
    private static final long FAR = 1_000_000;

    final WitnessPlan plan;
    final Ledger ledger;
    final byte[] blob;
    private long number;
    private long epoch;

    History(WitnessPlan plan) {
        this.plan = plan;
        this.ledger = Ledger.watching(plan);
        this.blob = new byte[(int) (plan.first() + plan.blocks()) * BLOCK];
        ledger.heard().begins();
    }

    /** Applied and acknowledged, from the first on. */
    void done(int worker, int first, int last) {
        for (int version = first; version <= last; version++) {
            apply(worker, version);
            acknowledge(worker, version);
        }
    }

    void apply(int worker, int version) {
        Change change = plan.change(worker, version);
        apply(change.block(), change.count(), version);
    }

    /** A part of a change. */
    void apply(int block, int count, int version) {
        if (plan.change(plan.worker(block), version).kind().clears()) {
            clear(block, count);
        } else {
            ByteBuffer bytes = ByteBuffer.allocate(count * BLOCK);
            for (int i = 0; i < count; i++) {
                bytes.put(BlockContent.of(plan.seed(), block + i, version));
            }
            write(block, bytes.array());
        }
    }

    void write(int block, byte[] bytes) {
        System.arraycopy(bytes, 0, blob, offset(block), bytes.length);
        ledger.applied(change(AppliedWrite.Kind.UPDATE, offset(block), bytes.length), ByteBuffer.wrap(bytes).asReadOnlyBuffer());
    }

    void clear(int block, int count) {
        Arrays.fill(blob, offset(block), offset(block + count), (byte) 0);
        ledger.applied(change(AppliedWrite.Kind.CLEAR, offset(block), (long) count * BLOCK), null);
    }

    /** Somebody attaches: a new generation. */
    void attach() {
        epoch = (epoch >> 20) + 1 << 20;
        ledger.applied(change(AppliedWrite.Kind.SEQUENCE, 0, 0), null);
    }

    /** A lost answer is followed by a raise within the generation. */
    void raise() {
        epoch++;
        ledger.applied(change(AppliedWrite.Kind.SEQUENCE, 0, 0), null);
    }

    void acknowledge(int worker, int version) {
        ledger.heard().line("a " + worker + " " + version);
    }

    void fail(int worker, int version) {
        ledger.heard().line("f " + worker + " " + version + " EIO");
    }

    void end(int... next) {
        ledger.heard().line("end reads=0 next=" + String.join(",", Arrays.stream(next).mapToObj(Integer::toString).toList()));
    }

    Findings verify() {
        return ledger.verify((offset, length) -> Arrays.copyOfRange(blob, (int) offset, (int) offset + length));
    }

    int offset(int block) {
        return (int) (plan.first() + block) * BLOCK;
    }

    /** The first change of a worker, from a number on, that is like this. */
    int find(int worker, int from, Predicate<Change> wanted) {
        for (int version = from; version < from + FAR; version++) {
            if (wanted.test(plan.change(worker, version))) {
                return version;
            }
        }
        throw new AssertionError("the plan has no such change");
    }

    /** The first write from a number on. */
    int write(int worker, int from) {
        return find(worker, from, change -> !change.kind().clears());
    }

    private AppliedWrite change(AppliedWrite.Kind kind, long offset, long length) {
        return new AppliedWrite(++number, "account/disks/blob", kind, offset, length, epoch, true, null);
    }
}
