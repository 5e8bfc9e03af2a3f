package io.dysk.kernelsuite.witness;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What a block of 4 KiB says of itself. The same as {@code tool/witness/content.c}. */
public sealed interface BlockContent {
    /** Nothing but zeros. */
    record Zeros() implements BlockContent {
    }

    /** Whole, written by this run as this block of its area, by this change. */
    record Stamped(long seed, long block, long version) implements BlockContent {
        @Override
        public String toString() {
            return "change " + version + " of block " + block + ", run " + Long.toUnsignedString(seed);
        }
    }

    /** Neither zeros nor whole. */
    record Torn() implements BlockContent {
    }

    /** Reads a block that begins at this index of {@code bytes}, whose position, limit and order stay. */
    static BlockContent read(ByteBuffer bytes, int index) {
        ByteBuffer words = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        long any = 0;
        for (int at = index; at < index + WitnessPlan.BLOCK; at += 8) {
            any |= words.getLong(at);
        }
        if (any == 0) {
            return new Zeros();
        }
        int last = index + WitnessPlan.BLOCK - 8;
        if (words.getLong(index) != Format.MAGIC || words.getLong(last) != Format.sum(words, index, last)) {
            return new Torn();
        }
        return new Stamped(words.getLong(index + 8), words.getLong(index + 16), words.getLong(index + 24));
    }

    /** The bytes of a block. */
    static byte[] of(long seed, long block, long version) {
        ByteBuffer words = ByteBuffer.allocate(WitnessPlan.BLOCK).order(ByteOrder.LITTLE_ENDIAN);
        words.putLong(Format.MAGIC).putLong(seed).putLong(block).putLong(version);
        long x = WitnessPlan.mix(seed ^ WitnessPlan.mix(block ^ WitnessPlan.mix(version)));
        while (words.remaining() > 8) {
            x += Format.STEP;
            words.putLong(x ^ x >>> 32);
        }
        words.putLong(Format.sum(words, 0, WitnessPlan.BLOCK - 8));
        return words.array();
    }

    /** The sum over all words but the last, which is the last. */
    final class Format {
        private static final long MAGIC = 0x7373656e74695764L;
        private static final long STEP = 0x9e3779b97f4a7c15L;
        private static final long PRIME = 0x100000001b3L;

        private Format() {
        }

        private static long sum(ByteBuffer words, int from, int to) {
            long sum = MAGIC;
            for (int at = from; at < to; at += 8) {
                sum = (sum ^ words.getLong(at)) * PRIME;
                sum ^= sum >>> 29;
            }
            return sum;
        }
    }
}
