package io.dysk.blobserver.pages;

import java.util.Arrays;

/** A sparse set of 512-byte pages, addressed by byte offset. Empty areas of 32 MiB take no memory. */
public final class PageSet {
    /** Bytes of a page. */
    public static final int PAGE = 512;

    static final int PAGE_SHIFT = 9;
    private static final int WORD_SHIFT = PAGE_SHIFT + 6;
    static final int LEAF_WORDS_SHIFT = 10;
    private static final int LEAF_WORDS = 1 << LEAF_WORDS_SHIFT;

    private long[][] leaves = new long[0][];

    /** Adds the pages of a range. Offset and length are multiples of {@link #PAGE}. */
    public void add(long offset, long length) {
        if (length <= 0) {
            return;
        }
        long lastWord = (offset + length - 1) >> WORD_SHIFT;
        reserve((int) (lastWord >> LEAF_WORDS_SHIFT));
        for (long word = offset >> WORD_SHIFT; word <= lastWord; word++) {
            int leaf = (int) (word >> LEAF_WORDS_SHIFT);
            if (leaves[leaf] == null) {
                leaves[leaf] = new long[LEAF_WORDS];
            }
            leaves[leaf][(int) word & LEAF_WORDS - 1] |= mask(word, offset, offset + length);
        }
    }

    /** Removes the pages of a range. Offset and length are multiples of {@link #PAGE}. */
    public void remove(long offset, long length) {
        long end = Math.min(offset + length, limit());
        for (long word = offset >> WORD_SHIFT; word << WORD_SHIFT < end; word++) {
            int leaf = (int) (word >> LEAF_WORDS_SHIFT);
            if (leaves[leaf] == null) {
                word |= LEAF_WORDS - 1;
                continue;
            }
            long leafStart = (long) leaf << LEAF_WORDS_SHIFT + WORD_SHIFT;
            if (leafStart >= offset && leafStart + ((long) LEAF_WORDS << WORD_SHIFT) <= offset + length) {
                leaves[leaf] = null;
                word |= LEAF_WORDS - 1;
                continue;
            }
            leaves[leaf][(int) word & LEAF_WORDS - 1] &= ~mask(word, offset, offset + length);
        }
    }

    /** Adds those pages of {@code other} that lie in the range. */
    public void addAll(PageSet other, long offset, long length) {
        for (long at = other.nextSet(offset); at >= 0 && at < offset + length; ) {
            long end = Math.min(other.nextClear(at), offset + length);
            add(at, end - at);
            at = other.nextSet(end);
        }
    }

    public boolean contains(long offset) {
        return (word(offset >> WORD_SHIFT) & 1L << (offset >> PAGE_SHIFT)) != 0;
    }

    /** Offset of the first page in the set at or after {@code offset}, or -1. */
    public long nextSet(long offset) {
        long limit = limit();
        for (long word = offset >> WORD_SHIFT; word << WORD_SHIFT < limit; word++) {
            if (leaves[(int) (word >> LEAF_WORDS_SHIFT)] == null) {
                word |= LEAF_WORDS - 1;
                continue;
            }
            long bits = word(word);
            if (word == offset >> WORD_SHIFT) {
                bits &= -1L << (offset >> PAGE_SHIFT);
            }
            if (bits != 0) {
                return (word << WORD_SHIFT) + ((long) Long.numberOfTrailingZeros(bits) << PAGE_SHIFT);
            }
        }
        return -1;
    }

    /** Offset of the first page not in the set at or after {@code offset}. */
    public long nextClear(long offset) {
        for (long word = offset >> WORD_SHIFT; ; word++) {
            long bits = ~word(word);
            if (word == offset >> WORD_SHIFT) {
                bits &= -1L << (offset >> PAGE_SHIFT);
            }
            if (bits != 0) {
                return (word << WORD_SHIFT) + ((long) Long.numberOfTrailingZeros(bits) << PAGE_SHIFT);
            }
        }
    }

    /** The 64 pages that start at {@code word * 32 KiB}, lowest bit first. */
    long word(long word) {
        int leaf = (int) (word >> LEAF_WORDS_SHIFT);
        return leaf < leaves.length && leaves[leaf] != null ? leaves[leaf][(int) word & LEAF_WORDS - 1] : 0;
    }

    /** Whether anything may be set among the pages of the area of 32 MiB with that number. */
    boolean hasArea(int area) {
        return area < leaves.length && leaves[area] != null;
    }

    void setWord(long word, long bits) {
        int leaf = (int) (word >> LEAF_WORDS_SHIFT);
        reserve(leaf);
        if (leaves[leaf] == null) {
            leaves[leaf] = new long[LEAF_WORDS];
        }
        leaves[leaf][(int) word & LEAF_WORDS - 1] = bits;
    }

    /** A byte offset that no page of the set reaches beyond. */
    long limit() {
        return (long) leaves.length << LEAF_WORDS_SHIFT + WORD_SHIFT;
    }

    PageSet copy() {
        PageSet copy = new PageSet();
        copy.leaves = leaves.clone();
        for (int i = 0; i < leaves.length; i++) {
            if (leaves[i] != null) {
                copy.leaves[i] = leaves[i].clone();
            }
        }
        return copy;
    }

    private static long mask(long word, long start, long end) {
        long wordStart = word << WORD_SHIFT;
        long bits = -1L;
        if (start > wordStart) {
            bits &= -1L << (start >> PAGE_SHIFT);
        }
        if (end < wordStart + (1L << WORD_SHIFT)) {
            bits &= ~(-1L << (end >> PAGE_SHIFT));
        }
        return bits;
    }

    private void reserve(int leaf) {
        if (leaf >= leaves.length) {
            leaves = Arrays.copyOf(leaves, Math.max(leaf + 1, Math.min(leaves.length * 2, leaf + 1024)));
        }
    }
}
