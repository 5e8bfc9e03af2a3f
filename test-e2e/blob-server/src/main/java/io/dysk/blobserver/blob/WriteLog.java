package io.dysk.blobserver.blob;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * All applied changes in order. It keeps the last ones, and the bytes of updates if asked to: then
 * a blob can be rebuilt as it was after any change. Appending allocates nothing unless bytes are
 * kept. Thread-safe.
 */
public final class WriteLog {
    private final int capacity;
    private final boolean keepData;
    private final AppliedWrites watcher;
    private final String[] blobs;
    private final AppliedWrite.Kind[] kinds;
    private final long[] offsets;
    private final long[] lengths;
    private final long[] sequences;
    private final boolean[] leased;
    private final byte[][] data;
    private long last;

    /**
     * @param capacity how many changes are kept
     * @param keepData whether the bytes of updates are kept with them
     * @param watcher told of every change when the log has it, or null
     */
    public WriteLog(int capacity, boolean keepData, AppliedWrites watcher) {
        this.capacity = capacity;
        this.keepData = keepData;
        this.watcher = watcher;
        blobs = new String[capacity];
        kinds = new AppliedWrite.Kind[capacity];
        offsets = new long[capacity];
        lengths = new long[capacity];
        sequences = new long[capacity];
        leased = new boolean[capacity];
        data = new byte[keepData ? capacity : 0][];
    }

    /** Number of the last change; 0 if there was none. */
    public synchronized long last() {
        return last;
    }

    /** The changes from that number on, as far as they are kept, at most {@code limit}. */
    public synchronized List<AppliedWrite> from(long number, int limit) {
        long first = Math.max(Math.max(number, 1), last - capacity + 1);
        List<AppliedWrite> found = new ArrayList<>();
        for (long n = first; n <= last && found.size() < limit; n++) {
            int i = (int) ((n - 1) % capacity);
            found.add(new AppliedWrite(
                    n, blobs[i], kinds[i], offsets[i], lengths[i], sequences[i], leased[i], keepData ? data[i] : null));
        }
        return found;
    }

    /** Everything kept. */
    public List<AppliedWrite> all() {
        return from(1, Integer.MAX_VALUE);
    }

    /** Called with the blob's monitor held, so the order here is the order of the changes. */
    void append(
            String blob, AppliedWrite.Kind kind, long offset, long length, long sequence, boolean withLease, ByteBuffer bytes) {
        byte[] copy = keepData && bytes != null ? copyOf(bytes) : null;
        long number = keep(blob, kind, offset, length, sequence, withLease, copy);
        if (watcher != null) {
            watcher.applied(
                    new AppliedWrite(number, blob, kind, offset, length, sequence, withLease, copy),
                    bytes == null ? null : bytes.asReadOnlyBuffer());
        }
    }

    private synchronized long keep(
            String blob, AppliedWrite.Kind kind, long offset, long length, long sequence, boolean withLease, byte[] bytes) {
        int i = (int) (last++ % capacity);
        blobs[i] = blob;
        kinds[i] = kind;
        offsets[i] = offset;
        lengths[i] = length;
        sequences[i] = sequence;
        leased[i] = withLease;
        if (keepData) {
            data[i] = bytes;
        }
        return last;
    }

    private static byte[] copyOf(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(bytes.position(), copy);
        return copy;
    }
}
