package io.dysk.blob;

import com.azure.core.http.rest.PagedResponse;
import com.azure.core.util.Context;
import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.BlobListDetails;
import com.azure.storage.blob.models.BlobRange;
import com.azure.storage.blob.models.BlobType;
import com.azure.storage.blob.models.ListBlobsOptions;
import com.azure.storage.blob.models.PageRangeItem;
import com.azure.storage.blob.options.ListPageRangesDiffOptions;
import com.azure.storage.blob.options.ListPageRangesOptions;
import com.azure.storage.blob.specialized.PageBlobClient;
import io.dysk.blob.Operation.Repeat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The answers that come a part at a time: blobs of a container, page ranges of a blob. */
final class BlobLists {
    private final AzureClients clients;
    private final ServiceCalls calls;

    BlobLists(AzureClients clients, ServiceCalls calls) {
        this.clients = clients;
        this.calls = calls;
    }

    Page<PageBlobProperties> blobs(Deadline deadline, ContainerName container, Listing listing) {
        ListBlobsOptions options = new ListBlobsOptions()
                .setPrefix(listing.prefix().isEmpty() ? null : listing.prefix())
                .setMaxResultsPerPage(listing.pageSize())
                .setDetails(new BlobListDetails().setRetrieveMetadata(true).setRetrieveCopy(true)
                        .setRetrieveSnapshots(listing.snapshots()));
        return calls.run(deadline, Operation.onContainer("list the blobs of", container, Repeat.READS), time -> page(
                first(clients.container(container).listBlobs(options, listing.from().orElse(null), time).iterableByPage()),
                item -> pageBlob(container, item)));
    }

    Page<PageRange> ranges(Deadline deadline, BlobAddress address, RangeQuery query) {
        var options = new ListPageRangesOptions(range(query)).setMaxResultsPerPage(query.pageSize());
        return calls.run(deadline, Operation.onBlob("list the pages of", address, Repeat.READS), time -> page(
                first(client(address, query).listPageRanges(options, time, Context.NONE).iterableByPage(query.from().orElse(null))),
                BlobLists::range));
    }

    Page<PageRange> rangesSince(Deadline deadline, BlobAddress address, SnapshotId since, RangeQuery query) {
        var options = new ListPageRangesDiffOptions(range(query), since.value()).setMaxResultsPerPage(query.pageSize());
        return calls.run(deadline, Operation.onBlob("list the changed pages of", address, Repeat.READS), time -> page(
                first(client(address, query).listPageRangesDiff(options, time, Context.NONE).iterableByPage(query.from().orElse(null))),
                BlobLists::range));
    }

    private PageBlobClient client(BlobAddress address, RangeQuery query) {
        return query.snapshot().map(snapshot -> clients.pageBlob(address, snapshot)).orElseGet(() -> clients.pageBlob(address));
    }

    // Names that we refuse, and other kinds of blobs, are somebody else's and no volumes.
    private static Optional<PageBlobProperties> pageBlob(ContainerName container, BlobItem item) {
        if (item.getProperties() == null || item.getProperties().getBlobType() != BlobType.PAGE_BLOB) {
            return Optional.empty();
        }
        try {
            BlobAddress address = new BlobAddress(container, new BlobName(item.getName()));
            return Optional.of(BlobState.of(address, item).properties());
        } catch (BlobException.InvalidArgument e) {
            return Optional.empty();
        }
    }

    private static Optional<PageRange> range(PageRangeItem item) {
        Long length = item.getRange().getLength();
        return length == null || length <= 0
                ? Optional.empty()
                : Optional.of(new PageRange(item.getRange().getOffset(), length, item.isClear()));
    }

    private static BlobRange range(RangeQuery query) {
        return new BlobRange(query.offsetBytes(), query.lengthBytes());
    }

    private static <T> PagedResponse<T> first(Iterable<PagedResponse<T>> pages) {
        return pages.iterator().next();
    }

    private static <T, R> Page<R> page(PagedResponse<T> response, Function<T, Optional<R>> convert) {
        List<R> items = new ArrayList<>();
        response.getValue().forEach(item -> convert.apply(item).ifPresent(items::add));
        return new Page<>(items, Optional.ofNullable(response.getContinuationToken()).filter(token -> !token.isEmpty()));
    }
}
