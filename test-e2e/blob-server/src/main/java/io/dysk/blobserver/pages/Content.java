package io.dysk.blobserver.pages;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of one blob or snapshot, which of its pages were written, and which changed since the
 * snapshot before it. Not thread-safe.
 */
public final class Content {
    private final PageBytes bytes;
    private final PageSet written;
    private PageSet changed;

    Content(PageBytes bytes, PageSet written, PageSet changed) {
        this.bytes = bytes;
        this.written = written;
        this.changed = changed;
    }

    /** An empty blob in memory. */
    public static Content inMemory(Chunks chunks) {
        return new Content(new MemoryBytes(chunks), new PageSet(), new PageSet());
    }

    /** Copies {@code length} bytes to the position of {@code to} and advances it; what was never written is zeros. */
    public void read(long offset, int length, ByteBuffer to) {
        bytes.read(offset, length, to, written);
    }

    /** Stores what remains in {@code from}; offset and length are multiples of {@link PageSet#PAGE}. */
    public void write(long offset, ByteBuffer from) {
        int length = from.remaining();
        bytes.write(offset, from);
        written.add(offset, length);
        changed.add(offset, length);
        bytes.recorded(written, changed, offset, length);
    }

    /** Clears a range of whole pages, of any length. */
    public void clear(long offset, long length) {
        changed.addAll(written, offset, length);
        bytes.clear(offset, length, written);
        written.remove(offset, length);
        bytes.recorded(written, changed, offset, length);
    }

    /** A copy that shares no change with this one. {@code changed} of the copy stays as it is here. */
    public Content copy() {
        Content copy = new Content(bytes.copy(written), written.copy(), changed.copy());
        copy.bytes.recorded(copy.written, copy.changed, 0, Math.max(written.limit(), changed.limit()));
        return copy;
    }

    /** From now on changes are counted anew: a snapshot was taken. */
    public void restartChanges(long size) {
        PageSet before = changed;
        changed = new PageSet();
        bytes.recorded(written, changed, 0, Math.min(size, before.limit()));
    }

    /** The snapshot before this one goes: what had changed for it has changed for this one too. */
    public void inheritChanges(Content gone) {
        changed.addAll(gone.changed, 0, gone.changed.limit());
        bytes.recorded(written, changed, 0, gone.changed.limit());
    }

    public void release() {
        bytes.release();
    }

    /** File-backed contents have an identity that outlives the process; others have none. */
    public long id() {
        return bytes instanceof FileBytes file ? file.id() : -1;
    }

    /** The written pages from {@code offset} up to {@code end}, merged, at most {@code limit} of them. */
    public List<PageRange> ranges(long offset, long end, int limit) {
        List<PageRange> found = new ArrayList<>();
        for (long at = written.nextSet(offset); at >= 0 && at < end && found.size() < limit; ) {
            long stop = Math.min(written.nextClear(at), end);
            found.add(new PageRange(at, stop, false));
            at = written.nextSet(stop);
        }
        return found;
    }

    /**
     * The pages that differ from an older snapshot: written ones, and cleared ones that the snapshot had.
     *
     * @param before the older snapshot
     * @param between the contents between the two, any order
     */
    public List<PageRange> differences(Content before, List<Content> between, long offset, long end, int limit) {
        PageSet touched = new PageSet();
        touched.addAll(changed, offset, end - offset);
        for (Content content : between) {
            touched.addAll(content.changed, offset, end - offset);
        }
        List<PageRange> found = new ArrayList<>();
        long at = touched.nextSet(offset);
        while (at >= 0 && at < end && found.size() < limit) {
            long stop = Math.min(touched.nextClear(at), end);
            boolean cleared = !written.contains(at);
            stop = Math.min(stop, cleared ? nextOr(written, at, stop) : written.nextClear(at));
            if (!cleared) {
                found.add(new PageRange(at, stop, false));
            } else {
                addCleared(before, at, stop, limit, found);
            }
            at = touched.nextSet(stop);
        }
        return found;
    }

    private static void addCleared(Content before, long start, long end, int limit, List<PageRange> found) {
        for (long at = before.written.nextSet(start); at >= 0 && at < end && found.size() < limit; ) {
            long stop = Math.min(before.written.nextClear(at), end);
            found.add(new PageRange(at, stop, true));
            at = before.written.nextSet(stop);
        }
    }

    private static long nextOr(PageSet set, long at, long otherwise) {
        long next = set.nextSet(at);
        return next < 0 ? otherwise : next;
    }
}
