package io.dysk.controller.snapshot;

import io.dysk.blob.BlobException;
import io.dysk.blob.Page;
import io.dysk.blob.PageBlobStore;
import io.dysk.blob.PageRange;
import io.dysk.blob.RangeQuery;
import io.dysk.blob.SnapshotId;
import io.dysk.controller.account.CallTime;
import io.dysk.controller.volume.VolumeId;
import io.dysk.rpc.call.RpcFailure;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The written ranges of a snapshot, or those that changed since another, from an offset on: in order, merged, without overlap. What was
 * cleared changed too.
 *
 * <p>Asked for a window at a time. The service can't list a large window of a much fragmented blob in the time it gives itself; then the
 * window is halved, and grows again where the blob is less so. For one thread.
 */
final class Ranges {
    /** No window is made smaller: what fails here has another cause. */
    private static final long LEAST_WINDOW_BYTES = 16 << 20;
    private static final int SECTOR = 512;
    /** A window grows after so many answers; each that is too large costs the whole of {@link #PATIENCE}. */
    private static final int STEADY = 16;
    /** Far more than a window takes that the service can list at all. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final PageBlobStore store;
    private final PageBlobStore impatient;
    private final VolumeId target;
    private final Optional<SnapshotId> since;
    private final long start;
    private final long end;

    private long position;
    private long window;
    private int answered;
    private Optional<Cursor> cursor = Optional.empty();
    private Optional<PageRange> open = Optional.empty();

    /** In the middle of a window, whose end it says. */
    private record Cursor(RangeQuery query, long windowEnd) {}

    /**
     * @param target the snapshot
     * @param since empty: all that is written
     * @param from may be anywhere in a sector; the sector is among what is listed
     * @param end behind the last byte that is looked at: whole sectors
     */
    Ranges(PageBlobStore store, VolumeId target, Optional<SnapshotId> since, long from, long end) {
        this.store = store;
        impatient = store.within(PATIENCE);
        this.target = target;
        this.since = since;
        this.end = end;
        start = from / SECTOR * SECTOR;
        position = start;
        window = end - position;
    }

    /**
     * Some more of them: one request's worth.
     *
     * @return empty: those were all
     */
    Optional<List<PageRange>> next() {
        List<PageRange> whole = new ArrayList<>();
        while (position < end || cursor.isPresent()) {
            if (CallTime.cancelled()) {
                throw RpcFailure.of(Status.Code.CANCELLED, "the caller is gone", null);
            }
            merge(ask(), whole);
            if (!whole.isEmpty()) {
                return Optional.of(whole);
            }
        }
        Optional<PageRange> last = open;
        open = Optional.empty();
        return last.map(List::of);
    }

    private List<PageRange> ask() {
        while (true) {
            Cursor at = cursor.orElseGet(() -> {
                long length = Math.min(window, end - position);
                return new Cursor(RangeQuery.ofWindow(position, length).in(target.snapshot().orElseThrow()), position + length);
            });
            boolean least = at.windowEnd() - position <= LEAST_WINDOW_BYTES;
            try {
                Page<PageRange> page = ask(least ? store : impatient, at.query());
                advance(at, page);
                return page.items();
            } catch (BlobException.Unavailable e) {
                if (least || CallTime.cancelled()) {
                    throw e;
                }
                // What was listed of this window already ends before the position, so a smaller window goes on from there.
                window = Math.max(LEAST_WINDOW_BYTES, (at.windowEnd() - position) / 2 / SECTOR * SECTOR);
                cursor = Optional.empty();
                answered = 0;
            }
        }
    }

    private Page<PageRange> ask(PageBlobStore of, RangeQuery query) {
        return since.isPresent() ? of.pageRangesSince(target.address(), since.get(), query) : of.pageRanges(target.address(), query);
    }

    private void advance(Cursor at, Page<PageRange> page) {
        if (page.next().isPresent()) {
            cursor = Optional.of(new Cursor(at.query().from(page.next().get()), at.windowEnd()));
            position = Math.max(position, page.items().stream().mapToLong(PageRange::endBytes).max().orElse(position));
        } else {
            cursor = Optional.empty();
            position = at.windowEnd();
            if (++answered % STEADY == 0) {
                window *= 2;
            }
        }
    }

    /** Ranges are whole when one comes that doesn't touch them. */
    private void merge(List<PageRange> more, List<PageRange> whole) {
        List<PageRange> sorted = new ArrayList<>(more);
        sorted.sort(Comparator.comparingLong(PageRange::offsetBytes));
        for (PageRange range : sorted) {
            long from = Math.max(range.offsetBytes(), start);
            long to = Math.min(range.endBytes(), end);
            if (from >= to) {
                continue;
            }
            if (open.isPresent() && from < open.get().offsetBytes()) {
                // A block that isn't told would be missing in a backup.
                throw RpcFailure.internal("the storage service lists the page ranges of snapshot " + target + " out of order");
            }
            if (open.isPresent() && from <= open.get().endBytes()) {
                open = Optional.of(range(open.get().offsetBytes(), Math.max(open.get().endBytes(), to)));
            } else {
                open.ifPresent(whole::add);
                open = Optional.of(range(from, to));
            }
        }
    }

    private static PageRange range(long from, long to) {
        return new PageRange(from, to - from, false);
    }
}
