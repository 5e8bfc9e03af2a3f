package io.dysk.blob;

import java.util.Optional;

/**
 * What to delete, and when not to.
 *
 * @param snapshots what happens with snapshots
 * @param lease the lease that is in force, if one is
 * @param ifMatch refuse unless the blob is in this state
 */
public record Deletion(Snapshots snapshots, Optional<LeaseId> lease, Optional<ETag> ifMatch) {
    /** What happens with snapshots. */
    public enum Snapshots {
        /** If there are any, nothing is deleted and the call fails with {@link BlobException.Conflict}. */
        REFUSE,
        /** They are deleted together with the blob. */
        INCLUDE,
        /** They are deleted and the blob stays. */
        ONLY
    }

    /** Of a blob without snapshots that nobody leases. */
    public static Deletion ofBlob() {
        return new Deletion(Snapshots.REFUSE, Optional.empty(), Optional.empty());
    }

    /** Of a blob and its snapshots. */
    public static Deletion withSnapshots() {
        return new Deletion(Snapshots.INCLUDE, Optional.empty(), Optional.empty());
    }

    /** The same under a lease. */
    public Deletion under(LeaseId inForce) {
        return new Deletion(snapshots, Optional.of(inForce), ifMatch);
    }

    /** The same, refused unless the blob is in this state. */
    public Deletion ifMatch(ETag state) {
        return new Deletion(snapshots, lease, Optional.of(state));
    }
}
