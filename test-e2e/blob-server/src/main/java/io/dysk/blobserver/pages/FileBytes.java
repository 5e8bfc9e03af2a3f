package io.dysk.blobserver.pages;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;

/**
 * Bytes in a sparse file, and beside it the two page sets as bitmaps. A page is read from the file
 * only if the bitmap has it, so clearing touches the bitmap alone; bytes are written before their
 * bits. What was stored survives the end of the process, with {@code sync} that of the machine too.
 */
final class FileBytes implements PageBytes {
    private static final int WORD_PAGES_SHIFT = PageSet.PAGE_SHIFT + 6;
    private static final int AREA_SHIFT = PageSet.LEAF_WORDS_SHIFT;

    private final ContentDirectory directory;
    private final long id;
    private final FileChannel data;
    private final FileChannel writtenMap;
    private final FileChannel changedMap;
    /** Which areas of the bitmaps the files may have bits in. */
    private final BitSet writtenAreas = new BitSet();

    private final BitSet changedAreas = new BitSet();

    FileBytes(ContentDirectory directory, long id) throws IOException {
        this.directory = directory;
        this.id = id;
        this.data = open(directory.data(id));
        this.writtenMap = open(directory.written(id));
        this.changedMap = open(directory.changed(id));
    }

    long id() {
        return id;
    }

    Content load() throws IOException {
        return new Content(this, loadSet(writtenMap, writtenAreas), loadSet(changedMap, changedAreas));
    }

    @Override
    public void read(long offset, int length, ByteBuffer to, PageSet written) {
        int target = to.position();
        int limit = to.limit();
        long end = offset + length;
        for (long at = offset; at < end; ) {
            boolean there = written.contains(at);
            long page = at & -PageSet.PAGE;
            long next = there ? written.nextClear(page) : written.nextSet(page);
            long stop = next < 0 ? end : Math.min(next, end);
            int in = target + (int) (at - offset);
            int part = (int) (stop - at);
            if (there) {
                readFully(at, to.limit(in + part).position(in));
                to.limit(limit);
            } else {
                Chunks.zero(to, in, part);
            }
            at = stop;
        }
        to.position(target + length);
    }

    private void readFully(long offset, ByteBuffer to) {
        try {
            while (to.hasRemaining()) {
                int n = data.read(to, offset);
                if (n < 0) {
                    throw new IOException(directory.data(id) + " is shorter than its bitmap says");
                }
                offset += n;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void write(long offset, ByteBuffer from) {
        try {
            while (from.hasRemaining()) {
                offset += data.write(from, offset);
            }
            if (directory.sync()) {
                data.force(false);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void clear(long offset, long length, PageSet written) {}

    @Override
    public void recorded(PageSet written, PageSet changed, long offset, long length) {
        if (length <= 0) {
            return;
        }
        try {
            save(changedMap, changedAreas, changed, offset, length);
            save(writtenMap, writtenAreas, written, offset, length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public PageBytes copy(PageSet written) {
        try {
            FileBytes copy = directory.create();
            ByteBuffer piece = ByteBuffer.allocateDirect(1 << 20);
            for (long at = written.nextSet(0); at >= 0; ) {
                long stop = Math.min(written.nextClear(at), at + piece.capacity());
                readFully(at, piece.clear().limit((int) (stop - at)));
                copy.write(at, piece.flip());
                at = written.nextSet(stop);
            }
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void release() {
        try (data; writtenMap; changedMap) {
            directory.delete(id);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void close() throws IOException {
        data.close();
        writtenMap.close();
        changedMap.close();
    }

    /** Writes the words of a range. Areas that neither the set nor the file has are left out: clears may span terabytes. */
    private void save(FileChannel map, BitSet areas, PageSet set, long offset, long length) throws IOException {
        long first = offset >> WORD_PAGES_SHIFT;
        long last = Math.min((offset + length - 1) >> WORD_PAGES_SHIFT, Math.max(set.limit() >> WORD_PAGES_SHIFT, (long) areas.length() << AREA_SHIFT) - 1);
        ByteBuffer words = directory.scratch();
        for (long word = first; word <= last; ) {
            int area = (int) (word >> AREA_SHIFT);
            long stop = Math.min(last + 1, (area + 1L) << AREA_SHIFT);
            if (set.hasArea(area)) {
                areas.set(area);
            }
            if (areas.get(area)) {
                long at = word << 3;
                words.clear();
                for (long w = word; w < stop; w++) {
                    words.putLong(set.word(w));
                }
                words.flip();
                while (words.hasRemaining()) {
                    at += map.write(words, at);
                }
            }
            word = stop;
        }
        if (directory.sync()) {
            map.force(false);
        }
    }

    private static PageSet loadSet(FileChannel map, BitSet areas) throws IOException {
        PageSet set = new PageSet();
        ByteBuffer words = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
        long word = 0;
        for (long at = 0; map.read(words.clear(), at) > 0; at += words.limit()) {
            words.flip().limit(words.limit() & -8);
            while (words.hasRemaining()) {
                long bits = words.getLong();
                if (bits != 0) {
                    set.setWord(word, bits);
                    areas.set((int) (word >> AREA_SHIFT));
                }
                word++;
            }
            if (words.limit() == 0) {
                break;
            }
        }
        return set;
    }

    private static FileChannel open(Path path) throws IOException {
        return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    }

    static void deleteFiles(ContentDirectory directory, long id) throws IOException {
        Files.deleteIfExists(directory.data(id));
        Files.deleteIfExists(directory.written(id));
        Files.deleteIfExists(directory.changed(id));
    }
}
