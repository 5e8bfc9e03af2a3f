package io.dysk.kernelsuite.witness;

/**
 * What a run does: change number v of each worker follows from it, so guest and host know each byte without telling each other.
 * The same as {@code tool/witness/plan.c}.
 *
 * @param seed of the run; contents of another run are foreign
 * @param first block of the device at which the area begins
 * @param blocks of 4 KiB; each worker has an equal part of them
 * @param workers threads, each with one operation at a time: 1 to 64
 * @param longest blocks of one change, up to 1024
 * @param clears percent of the changes that discard or zero a range
 */
public record WitnessPlan(long seed, long first, int blocks, int workers, int longest, int clears) {
    public static final int BLOCK = 4096;

    public WitnessPlan {
        if (workers < 1 || workers > 64 || longest < 1 || longest > 1024 || blocks % workers != 0 || blocks / workers < longest
                || clears < 0 || clears > 100) {
            throw new IllegalArgumentException("no plan: " + blocks + " blocks, " + workers + " workers, longest " + longest
                    + ", clears " + clears);
        }
    }

    /** The whole of a device of this size: 8 workers, up to 256 KiB at a time, 15 percent clears. */
    public static WitnessPlan of(long seed, long bytes) {
        return new WitnessPlan(seed, 0, Math.toIntExact(bytes / BLOCK), 8, 64, 15);
    }

    /** For files the seed and the number of workers matter. */
    public static WitnessPlan ofFiles(long seed, int workers) {
        return new WitnessPlan(seed, 0, workers, workers, 1, 0);
    }

    public WitnessPlan withWorkers(int count) {
        return new WitnessPlan(seed, first, blocks, count, longest, clears);
    }

    public WitnessPlan withLongest(int longestBlocks) {
        return new WitnessPlan(seed, first, blocks, workers, longestBlocks, clears);
    }

    public WitnessPlan withClears(int percent) {
        return new WitnessPlan(seed, first, blocks, workers, longest, percent);
    }

    /** Whose block of the area it is. */
    public int worker(int block) {
        return block / part();
    }

    int part() {
        return blocks / workers;
    }

    /** A worker's change number {@code version}, from 1. */
    public Change change(int worker, long version) {
        long h = mix(seed ^ mix(((long) worker << 48) + version));
        int steps = 32 - Integer.numberOfLeadingZeros(longest);
        int count = 1 << ((h >>> 16) & 0xff) % steps;
        if ((h >>> 24 & 1) != 0) {
            count = 1 + (int) ((h >>> 25 & 0x7fff) % count);
        }
        int block = worker * part() + (int) ((h >>> 40) % (part() - count + 1));
        Change.Kind kind = (h & 0xffff) % 100 >= clears ? Change.Kind.WRITE
                : ((h & 0xffff) / 100 & 1) != 0 ? Change.Kind.DISCARD : Change.Kind.ZERO_OUT;
        return new Change(kind, block, count);
    }

    static long mix(long x) {
        x += 0x9e3779b97f4a7c15L;
        x = (x ^ x >>> 30) * 0xbf58476d1ce4e5b9L;
        x = (x ^ x >>> 27) * 0x94d049bb133111ebL;
        return x ^ x >>> 31;
    }

    /** For the program's command line. */
    String arguments() {
        return "seed=" + Long.toUnsignedString(seed) + " first=" + first + " blocks=" + blocks + " workers=" + workers
                + " longest=" + longest + " clears=" + clears;
    }
}
