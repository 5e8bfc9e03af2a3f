package io.dysk.blobserver.pages;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes in memory, in chunks that exist where something was written. Copies share chunks until a write. */
final class MemoryBytes implements PageBytes {
    private static final int LEAF_SHIFT = 10;
    private static final int LEAF = 1 << LEAF_SHIFT;

    private final Chunks chunks;
    private Chunks.Chunk[][] table = new Chunks.Chunk[0][];

    MemoryBytes(Chunks chunks) {
        this.chunks = chunks;
    }

    @Override
    public void read(long offset, int length, ByteBuffer to, PageSet written) {
        int target = to.position();
        for (int done = 0; done < length; ) {
            int in = (int) (offset + done) & Chunks.SIZE - 1;
            int part = Math.min(length - done, Chunks.SIZE - in);
            Chunks.Chunk chunk = find((offset + done) >> Chunks.SHIFT);
            if (chunk == null) {
                Chunks.zero(to, target + done, part);
            } else {
                to.put(target + done, chunk.data, in, part);
            }
            done += part;
        }
        to.position(target + length);
    }

    @Override
    public void write(long offset, ByteBuffer from) {
        int source = from.position();
        int length = from.remaining();
        for (int done = 0; done < length; ) {
            int in = (int) (offset + done) & Chunks.SIZE - 1;
            int part = Math.min(length - done, Chunks.SIZE - in);
            own((offset + done) >> Chunks.SHIFT).data.put(in, from, source + done, part);
            done += part;
        }
        from.position(source + length);
    }

    @Override
    public void clear(long offset, long length, PageSet written) {
        long end = Math.min(offset + length, (long) table.length << LEAF_SHIFT + Chunks.SHIFT);
        for (long at = offset; at < end; ) {
            long index = at >> Chunks.SHIFT;
            if (table[(int) (index >> LEAF_SHIFT)] == null) {
                at = ((index >> LEAF_SHIFT) + 1) << LEAF_SHIFT + Chunks.SHIFT;
                continue;
            }
            int in = (int) at & Chunks.SIZE - 1;
            int part = (int) Math.min(end - at, Chunks.SIZE - in);
            Chunks.Chunk chunk = find(index);
            if (chunk != null) {
                if (part == Chunks.SIZE) {
                    chunk.release();
                    table[(int) (index >> LEAF_SHIFT)][(int) index & LEAF - 1] = null;
                } else {
                    Chunks.zero(own(index).data, in, part);
                }
            }
            at += part;
        }
    }

    @Override
    public void recorded(PageSet written, PageSet changed, long offset, long length) {}

    @Override
    public PageBytes copy(PageSet written) {
        MemoryBytes copy = new MemoryBytes(chunks);
        copy.table = new Chunks.Chunk[table.length][];
        for (int i = 0; i < table.length; i++) {
            if (table[i] != null) {
                copy.table[i] = table[i].clone();
                for (Chunks.Chunk chunk : table[i]) {
                    if (chunk != null) {
                        chunk.share();
                    }
                }
            }
        }
        return copy;
    }

    @Override
    public void release() {
        for (Chunks.Chunk[] leaf : table) {
            if (leaf != null) {
                for (Chunks.Chunk chunk : leaf) {
                    if (chunk != null) {
                        chunk.release();
                    }
                }
            }
        }
        table = new Chunks.Chunk[0][];
    }

    private Chunks.Chunk find(long index) {
        int leaf = (int) (index >> LEAF_SHIFT);
        return leaf < table.length && table[leaf] != null ? table[leaf][(int) index & LEAF - 1] : null;
    }

    /** The chunk for writing: made if there is none, copied if somebody else has it too. */
    private Chunks.Chunk own(long index) {
        int leaf = (int) (index >> LEAF_SHIFT);
        if (leaf >= table.length) {
            table = Arrays.copyOf(table, Math.max(leaf + 1, Math.min(table.length * 2, leaf + 1024)));
        }
        if (table[leaf] == null) {
            table[leaf] = new Chunks.Chunk[LEAF];
        }
        Chunks.Chunk chunk = table[leaf][(int) index & LEAF - 1];
        if (chunk == null) {
            chunk = chunks.take();
            table[leaf][(int) index & LEAF - 1] = chunk;
        } else if (chunk.shared()) {
            Chunks.Chunk mine = chunks.take();
            mine.data.put(0, chunk.data, 0, Chunks.SIZE);
            chunk.release();
            chunk = mine;
            table[leaf][(int) index & LEAF - 1] = chunk;
        }
        return chunk;
    }
}
