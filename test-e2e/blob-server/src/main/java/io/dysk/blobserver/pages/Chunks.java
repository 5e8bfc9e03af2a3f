package io.dysk.blobserver.pages;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;

/** Supplies memory in pieces of 64 KiB outside the heap and takes it back. Thread-safe. */
public final class Chunks {
    static final int SHIFT = 16;
    static final int SIZE = 1 << SHIFT;
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(SIZE);

    private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>();
    private long allocated;

    /** Bytes taken from the system so far; what blobs gave back is kept for the next one. */
    public synchronized long allocatedBytes() {
        return allocated;
    }

    Chunk take() {
        ByteBuffer data;
        synchronized (this) {
            data = free.pollFirst();
            if (data == null) {
                allocated += SIZE;
            }
        }
        if (data == null) {
            return new Chunk(ByteBuffer.allocateDirect(SIZE));
        }
        zero(data, 0, SIZE);
        return new Chunk(data);
    }

    private synchronized void give(ByteBuffer data) {
        free.addFirst(data);
    }

    static void zero(ByteBuffer data, int at, int length) {
        for (int done = 0; done < length; done += SIZE) {
            data.put(at + done, ZEROS, 0, Math.min(SIZE, length - done));
        }
    }

    /** One piece; contents that were copied from each other share it until one of them writes. */
    final class Chunk {
        final ByteBuffer data;
        private final AtomicInteger owners = new AtomicInteger(1);

        private Chunk(ByteBuffer data) {
            this.data = data;
        }

        boolean shared() {
            return owners.get() > 1;
        }

        Chunk share() {
            owners.incrementAndGet();
            return this;
        }

        void release() {
            if (owners.decrementAndGet() == 0) {
                give(data);
            }
        }
    }
}
