package io.dysk.blobserver.pages;

import java.nio.ByteBuffer;

/** Where the bytes of a blob are. Pages that {@code written} lacks read as zeros. */
interface PageBytes {
    /** Copies {@code length} bytes to the position of {@code to} and advances it. */
    void read(long offset, int length, ByteBuffer to, PageSet written);

    /** Stores what remains in {@code from}, and consumes it. */
    void write(long offset, ByteBuffer from);

    /** Forgets the bytes of a range. */
    void clear(long offset, long length, PageSet written);

    /** Called after the sets changed within a range, and after {@link #write}: the change is to be as durable as this store is. */
    void recorded(PageSet written, PageSet changed, long offset, long length);

    /** An independent copy of the bytes of the pages in {@code written}, to go with copies of the sets. */
    PageBytes copy(PageSet written);

    /** Gives back what it holds; no other call may follow. */
    void release();
}
