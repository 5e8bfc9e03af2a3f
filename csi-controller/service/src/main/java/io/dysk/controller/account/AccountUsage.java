package io.dysk.controller.account;

import io.dysk.blob.BlobException;
import io.dysk.blob.ContainerName;
import io.dysk.blob.Listing;
import io.dysk.blob.Page;
import io.dysk.blob.PageBlobProperties;
import io.dysk.blob.PageBlobStore;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How much of an account is taken: the sizes of the page blobs in its containers for volumes, whether written or not, since that is
 * what a premium account counts. Asked of the service, and kept for some seconds. Safe for use by many threads.
 */
public final class AccountUsage {
    /** What a premium account holds, and no other limit is known: 35 TB. */
    private static final long PREMIUM_BYTES = 35_000_000_000_000L;
    /** What any other account holds: 5 PiB. */
    private static final long STANDARD_BYTES = 5L << 50;
    private static final Duration KEPT = Duration.ofSeconds(10);

    private record Sum(long bytes, long at) {}

    private final Map<String, Sum> sums = new ConcurrentHashMap<>();

    /**
     * What can still be provisioned in an account; 0 or more.
     *
     * @throws BlobException if it can't be asked
     */
    public long left(OwnAccount account) {
        return Math.max(0, capacity(account) - provisioned(account.store()));
    }

    /** Something was made or changed there: ask anew. */
    public void changed(PageBlobStore account) {
        sums.remove(account.endpoint().url());
    }

    private static long capacity(OwnAccount account) {
        OptionalLong configured = account.capacityBytes();
        boolean premium = account.sku().orElse("").toLowerCase(Locale.ROOT).startsWith("premium");
        return configured.orElse(premium ? PREMIUM_BYTES : STANDARD_BYTES);
    }

    private long provisioned(PageBlobStore store) {
        String key = store.endpoint().url();
        Sum known = sums.get(key);
        long now = System.nanoTime();
        if (known != null && now - known.at() < KEPT.toNanos()) {
            return known.bytes();
        }
        long bytes = 0;
        for (ContainerName container : store.volumeContainers()) {
            bytes += provisioned(store, container);
        }
        sums.put(key, new Sum(bytes, now));
        return bytes;
    }

    private static long provisioned(PageBlobStore store, ContainerName container) {
        long bytes = 0;
        Listing listing = Listing.ofPrefix("");
        while (true) {
            Page<PageBlobProperties> page;
            try {
                page = store.list(container, listing);
            } catch (BlobException.NotFound e) {
                return bytes; // deleted meanwhile
            }
            bytes += page.items().stream().mapToLong(PageBlobProperties::blobBytes).sum();
            if (page.next().isEmpty()) {
                return bytes;
            }
            listing = listing.from(page.next().get());
        }
    }
}
