package io.dysk.blobserver.pages;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Bytes in a sparse file, and beside it the two page sets as bitmaps. A page is read from the file
 * only if the bitmap has it, so clearing touches the bitmap alone; bytes are written before their
 * bits. What was stored survives the end of the process, with {@code sync} that of the machine too.
 */
final class FileBytes implements PageBytes {
    private static final int WORD_PAGES_SHIFT = PageSet.PAGE_SHIFT + 6;

    private final ContentDirectory directory;
    private final long id;
    private final FileChannel data;
    private final FileChannel writtenMap;
    private final FileChannel changedMap;

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
        return new Content(this, loadSet(writtenMap), loadSet(changedMap));
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
            save(changedMap, changed, offset, length);
            save(writtenMap, written, offset, length);
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

    private void save(FileChannel map, PageSet set, long offset, long length) throws IOException {
        // Long ranges are cleared ones: beyond what either side has, there is nothing to say.
        long end = Math.min(offset + length, Math.max(set.limit(), map.size() << WORD_PAGES_SHIFT - 3));
        long word = offset >> WORD_PAGES_SHIFT;
        long last = (end - 1) >> WORD_PAGES_SHIFT;
        ByteBuffer words = directory.scratch();
        while (word <= last) {
            words.clear();
            long first = word;
            while (word <= last && words.hasRemaining()) {
                words.putLong(set.word(word++));
            }
            words.flip();
            long at = first << 3;
            while (words.hasRemaining()) {
                at += map.write(words, at);
            }
        }
        if (directory.sync()) {
            map.force(false);
        }
    }

    private static PageSet loadSet(FileChannel map) throws IOException {
        PageSet set = new PageSet();
        ByteBuffer words = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
        long word = 0;
        for (long at = 0; map.read(words.clear(), at) > 0; at += words.limit()) {
            words.flip().limit(words.limit() & -8);
            while (words.hasRemaining()) {
                long bits = words.getLong();
                if (bits != 0) {
                    set.setWord(word, bits);
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
