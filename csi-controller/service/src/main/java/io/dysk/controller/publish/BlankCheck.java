package io.dysk.controller.publish;

import io.dysk.blob.BlobException;
import io.dysk.blob.Page;
import io.dysk.blob.PageBlobProperties;
import io.dysk.blob.PageBlobStore;
import io.dysk.blob.PageRange;
import io.dysk.blob.RangeQuery;
import java.util.Optional;
import java.util.OptionalLong;

/** Finds out whether nothing was ever written to a disk. */
final class BlankCheck {
    /** Where every file system and partition table has something. */
    private static final long HEAD_BYTES = 1 << 20;

    private BlankCheck() {}

    /**
     * The sequence number at which the disk was seen without a written page.
     *
     * @param leased its properties, read before this call and under the lease
     * @return empty if something was written
     */
    static OptionalLong blankAt(PageBlobStore store, PageBlobProperties leased) {
        return written(store, leased) ? OptionalLong.empty() : OptionalLong.of(leased.sequenceNumber());
    }

    private static boolean written(PageBlobStore store, PageBlobProperties leased) {
        try {
            return written(store, leased, leased.dataBytes());
        } catch (BlobException.Unavailable | BlobException.Throttled e) {
            // Of a much fragmented blob the service can't list a large window in its time. Such a blob isn't blank, and a small one tells.
            if (leased.dataBytes() > HEAD_BYTES && written(store, leased, HEAD_BYTES)) {
                return true;
            }
            throw e;
        }
    }

    private static boolean written(PageBlobStore store, PageBlobProperties leased, long window) {
        RangeQuery first = new RangeQuery(Optional.empty(), 0, window, 1, Optional.empty());
        for (RangeQuery query = first; ; ) {
            Page<PageRange> page = store.pageRanges(leased.address(), query);
            if (!page.items().isEmpty() || page.next().isEmpty()) {
                return !page.items().isEmpty();
            }
            query = query.from(page.next().get());
        }
    }
}
