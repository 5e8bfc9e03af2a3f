package io.dysk.blobserver.blob;

import io.dysk.blobserver.pages.Content;
import io.dysk.blobserver.pages.PageRange;
import io.dysk.blobserver.pages.PageSet;
import io.dysk.blobserver.protocol.StorageError;
import io.dysk.blobserver.protocol.StorageException;
import io.dysk.blobserver.protocol.Xml;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Get Page Ranges, also as difference from a snapshot, in pages of at most 10 000 ranges.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/storageservices/get-page-ranges">Get Page Ranges</a>
 */
final class PageLists {
    private static final int MAX_RESULTS = 10_000;

    void getPageRanges(Call call) {
        boolean ranged = call.readRange();
        long from = ranged ? call.rangeStart & -PageSet.PAGE : 0;
        int limit = call.query().number("maxresults", MAX_RESULTS, MAX_RESULTS);
        Blob blob = call.blob();
        synchronized (blob) {
            Version version = BlobReads.readable(call, blob);
            if (version == null) {
                return;
            }
            if (version.type != BlobType.PAGE) {
                throw new StorageException(StorageError.INVALID_BLOB_TYPE);
            }
            if (ranged && from >= version.size()) {
                throw new StorageException(StorageError.INVALID_RANGE);
            }
            long end = ranged ? Math.min(version.size(), (call.rangeLast | PageSet.PAGE - 1) + 1) : version.size();
            long start = Math.max(from, marker(call));
            // One more than is given tells whether the list goes on.
            List<PageRange> ranges = call.query().has("prevsnapshot")
                    ? differences(call, blob, version, start, end, limit + 1)
                    : version.ranges(start, end, limit + 1);
            call.begin(200, version).header("x-ms-blob-content-length", Long.toString(version.size()));
            call.xml(document(ranges, limit));
        }
    }

    private static byte[] document(List<PageRange> ranges, int limit) {
        Xml xml = new Xml().open("PageList");
        for (PageRange range : ranges.subList(0, Math.min(limit, ranges.size()))) {
            xml.open(range.cleared() ? "ClearRange" : "PageRange")
                    .element("Start", range.start())
                    .element("End", range.end() - 1)
                    .close();
        }
        if (ranges.size() > limit) {
            xml.element("NextMarker", ranges.get(limit).start());
        }
        return xml.bytes();
    }

    private static long marker(Call call) {
        String marker = call.query().text("marker");
        if (marker.isEmpty()) {
            return 0;
        }
        try {
            long offset = Long.parseLong(marker);
            if (offset >= 0 && offset % PageSet.PAGE == 0) {
                return offset;
            }
        } catch (NumberFormatException e) {
            // Answered below.
        }
        throw new StorageException(StorageError.INVALID_QUERY_PARAMETER, "marker");
    }

    private static List<PageRange> differences(Call call, Blob blob, Version version, long start, long end, int limit) {
        String previous = call.query().get("prevsnapshot");
        Version before = blob.snapshots.get(previous);
        if (before == null) {
            throw new StorageException(StorageError.PREVIOUS_SNAPSHOT_NOT_FOUND);
        }
        if (before.generation() != version.generation()) {
            throw new StorageException(StorageError.BLOB_OVERWRITTEN);
        }
        String snapshot = call.place.snapshot;
        if (snapshot != null && snapshot.compareTo(previous) < 0) {
            throw new StorageException(StorageError.PREVIOUS_SNAPSHOT_NEWER);
        }
        if (version == before) {
            return List.of();
        }
        List<Content> between = new ArrayList<>();
        for (Map.Entry<String, Version> other : blob.snapshots.tailMap(previous, false).entrySet()) {
            if (snapshot == null || other.getKey().compareTo(snapshot) < 0) {
                between.add(other.getValue().content());
            }
        }
        return version.content().differences(before.content(), between, start, end, limit);
    }
}
