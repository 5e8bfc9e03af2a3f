package io.dysk.blobserver.blob;

import io.dysk.blobserver.protocol.StorageError;
import io.dysk.blobserver.protocol.StorageException;
import java.util.Set;

/** How many snapshots a blob may have: 100 in premium accounts, unless a test wants another limit. Thread-safe. */
public final class SnapshotLimit {
    private static final int PREMIUM = 100;
    private static final int UNSET = -1;

    private final Set<String> premium;
    private volatile int wanted = UNSET;

    /** @param premium the names of premium accounts */
    public SnapshotLimit(Set<String> premium) {
        this.premium = premium;
    }

    /** Sets the limit for all accounts; -1 is back to what accounts have by themselves. */
    public void set(int snapshots) {
        if (snapshots < UNSET) {
            throw new IllegalArgumentException("the limit must be 0 or more, or -1");
        }
        wanted = snapshots;
    }

    void check(Blob blob) {
        int limit = wanted != UNSET ? wanted : premium.contains(blob.container.account) ? PREMIUM : Integer.MAX_VALUE;
        if (blob.snapshots.size() >= limit) {
            throw new StorageException(StorageError.SNAPSHOT_COUNT_EXCEEDED);
        }
    }
}
