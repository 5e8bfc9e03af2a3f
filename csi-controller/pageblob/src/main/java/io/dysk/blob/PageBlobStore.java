package io.dysk.blob;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The page blobs of one account.
 *
 * <p><b>Kept minimal.</b> It has what volumes need and no more; take care when adding to it. Pages themselves are read and written
 * by the kernel module.
 *
 * <p><b>Threads.</b> Safe for any number of threads. Every call blocks, and returns or throws within the time limit of the store
 * (see {@link #within}), plus a second at most.
 *
 * <p><b>Failures.</b> Everything thrown is a {@link BlobException}. After every kind but {@link BlobException.Unavailable} with an
 * unknown outcome, nothing was changed, except where a method says so. All methods may fail with {@code Denied}, {@code ClockSkew},
 * {@code NeedsHttps}, {@code Throttled}, {@code Unavailable} and {@code Unsupported}; the others are named at each method.
 *
 * <p><b>Retries.</b> Calls are tried again, with growing pauses and inside the time limit, when the service is busy or doesn't
 * answer; but after an unknown outcome only those that can be applied twice, or late, without harm. Where a change is not of that
 * kind it is made so: it carries the ETag of the state it starts from, so that a request which the service applies late, after it
 * was given up, is refused instead.
 */
public interface PageBlobStore {
    /** The account. */
    Endpoint endpoint();

    /**
     * This store with another time limit for each call.
     *
     * @param limit for one call including its retries, more than zero; capped at 10 minutes
     */
    PageBlobStore within(Duration limit);

    // ---- account and containers ----

    /**
     * Asks the service for a sign of life, without credentials. Idempotent: changes nothing.
     *
     * @throws BlobException.NeedsHttps if the account refuses plain HTTP
     * @throws BlobException.NotFound if there is no such host, so no such account
     */
    Reachability probe();

    /**
     * Makes sure that a container is there; it isn't public. Idempotent: a container that is there already is left as it is.
     *
     * @return whether it was made by this call; after a retry this may be false although it was
     * @throws BlobException.Conflict if a container of that name is being deleted; try again after a minute
     */
    boolean createContainer(ContainerName container);

    // ---- page blobs ----

    /**
     * Makes a page blob, only if there is no blob of that name.
     *
     * <p>Can be applied twice without harm: the blob carries a mark of the call that made it, so a repeated request knows its own
     * work. After an unknown outcome, or for a caller that restarted: call again, and on {@code AlreadyExists} compare
     * {@link #properties} with what was wanted. A VHD that was cut short has the format {@link DiskFormat#VHD_INCOMPLETE}.
     *
     * @throws BlobException.AlreadyExists if there is a blob of that name which was not made by this call
     * @throws BlobException.NotFound if the container isn't there
     * @throws BlobException.InvalidArgument if the account can't hold page blobs
     */
    PageBlobProperties create(BlobAddress address, NewPageBlob blob);

    /**
     * What is known of a blob. Idempotent: changes nothing.
     *
     * @throws BlobException.NotFound if it isn't there
     * @throws BlobException.NotPageBlob if it is of another kind
     */
    PageBlobProperties properties(BlobAddress address);

    /**
     * What is known of a snapshot. Idempotent: changes nothing.
     *
     * @throws BlobException.NotFound if it isn't there
     * @throws BlobException.NotPageBlob if it is of another kind
     */
    PageBlobProperties properties(BlobAddress address, SnapshotId snapshot);

    /**
     * Changes the size of the disk. Idempotent: repeat it after any failure until it succeeds. New space reads as zeros.
     *
     * <p>Always guarded by an ETag, the caller's or one that it reads itself: a late request that grows the blob to a smaller size
     * than a later one would cut off data. So on a blob that is being written very fast, it may take several tries; if none gets
     * through, it fails with {@code PreconditionFailed} and nothing was changed: repeat it in a quieter moment.
     *
     * <p>The footer of a VHD moves along. In order: growth, new footer at the end, old footer cleared, new size noted in the
     * metadata. Whatever step was the last, no data byte changed, {@link PageBlobProperties#dataBytes()} is the old size until
     * all is done, and repeating the call goes on from there. For this the blob must not be written at the same time: detach it
     * first, else it fails with {@code PreconditionFailed}.
     *
     * @return as it is afterwards
     * @throws BlobException.Conflict if it would get smaller and that wasn't allowed
     * @throws BlobException.PreconditionFailed if the ETag given doesn't fit, or the blob keeps changing
     * @throws BlobException.LeaseHeld if it is leased and no or another lease was named
     * @throws BlobException.LeaseLost if the lease named is not in force
     * @throws BlobException.NotFound if it isn't there
     */
    PageBlobProperties resize(BlobAddress address, Resize change);

    /**
     * Replaces the caller's own metadata. Idempotent, guarded by an ETag as {@link #resize} is.
     *
     * @throws BlobException.PreconditionFailed if the blob keeps changing
     * @throws BlobException.LeaseHeld if it is leased and no or another lease was named
     * @throws BlobException.LeaseLost if the lease named is not in force
     * @throws BlobException.NotFound if it isn't there
     */
    PageBlobProperties setMetadata(BlobAddress address, Map<String, String> metadata, Optional<LeaseId> lease);

    /**
     * Deletes a blob, its snapshots, or both. Idempotent: what isn't there needs no deleting. After an unknown outcome call again;
     * but a late request might then meet a new blob of that name, so name the {@linkplain Deletion#ifMatch ETag} where names are
     * used again.
     *
     * @return whether something was deleted; after a retry this may be false although it was
     * @throws BlobException.Conflict if there are snapshots and they were to be refused
     * @throws BlobException.LeaseHeld if it is leased and no or another lease was named
     * @throws BlobException.LeaseLost if the lease named is not in force
     * @throws BlobException.PreconditionFailed if the ETag given doesn't fit
     */
    boolean delete(BlobAddress address, Deletion deletion);

    /**
     * The page blobs of a container in the order of their names, a part at a time. Idempotent: changes nothing. Parts are not taken
     * at one moment: a blob made or deleted meanwhile may be there or not.
     *
     * @throws BlobException.NotFound if the container isn't there
     */
    Page<PageBlobProperties> list(ContainerName container, Listing listing);

    // ---- leases ----

    /**
     * Takes the lease of a blob for ever, for one holder, and notes the holder in the metadata. Idempotent: with the same holder it
     * succeeds again, and completes the note. After an unknown outcome call again.
     *
     * <p>The note is written after the lease is held, so a crash in between leaves the old note; {@link #leaseHolder} doesn't fall
     * for it. If writing the note fails, the lease stays held and the call fails; call again, or release it.
     *
     * @throws BlobException.LeaseHeld if somebody else holds it; says who if the note is right
     * @throws BlobException.NotFound if the blob isn't there
     */
    void acquireLease(BlobAddress address, LeaseHolder holder);

    /**
     * Hands a lease over: from then on writes of the old holder are refused. At no moment is the blob without a lease, and if
     * {@code from} is not the holder nothing happens, so it never fences anybody else. Idempotent: succeeds again.
     *
     * @param from the lease to be in force
     * @param to who holds it afterwards; noted as by {@link #acquireLease}
     * @throws BlobException.LeaseHeld if a third holds it
     * @throws BlobException.LeaseLost if nobody holds it
     * @throws BlobException.NotFound if the blob isn't there
     */
    void transferLease(BlobAddress address, LeaseId from, LeaseHolder to);

    /**
     * Gives a lease back and removes the holder's note. Idempotent: a lease that is not in force needs no releasing, be it
     * free or held by somebody else, and a blob that is gone has none.
     *
     * @return whether it was in force
     */
    boolean releaseLease(BlobAddress address, LeaseId lease);

    /**
     * Ends a lease at once, whoever holds it: from then on the holder's writes are refused. Only for a holder that was given up for
     * dead, by name; {@link #transferLease} does the same without the risk to hit another. Idempotent: no lease needs no
     * breaking.
     *
     * @param ifMatch refuse unless the blob is in the state in which the holder was found: a new holder's note changes it
     * @return whether there was one
     * @throws BlobException.PreconditionFailed if the ETag given doesn't fit
     * @throws BlobException.NotFound if the blob isn't there
     */
    boolean breakLease(BlobAddress address, Optional<ETag> ifMatch);

    /**
     * Who holds the lease. The note in the metadata is proven by asking the service whether that lease is in force. Idempotent:
     * changes nothing.
     *
     * @return empty if nobody holds it, or if its holder left no right note
     * @throws BlobException.NotFound if the blob isn't there
     */
    Optional<LeaseHolder> leaseHolder(BlobAddress address);

    // ---- fence ----

    /**
     * Raises the sequence number to at least a value: writers with a smaller epoch are refused from then on. Idempotent, also when
     * applied late: the service takes the larger of both.
     *
     * @param atLeast 0 or more
     * @return what it is afterwards
     * @throws BlobException.LeaseHeld if it is leased and no or another lease was named
     * @throws BlobException.LeaseLost if the lease named is not in force
     * @throws BlobException.NotFound if the blob isn't there
     */
    long raiseSequenceNumber(BlobAddress address, long atLeast, Optional<LeaseId> lease);

    // ---- snapshots and pages ----

    /**
     * Makes a snapshot, or finds the one that was made under that name. Idempotent by the name, which is kept in the snapshot's
     * metadata; after an unknown outcome call again with the same name. When several calls or late requests made more than one,
     * the oldest counts, for every caller.
     *
     * @param name any that fits in metadata, unique among the snapshots of the blob
     * @throws BlobException.LimitReached if the account allows no further one now
     * @throws BlobException.Conflict if a copy into the blob is under way
     * @throws BlobException.NotFound if the blob isn't there
     */
    Snapshot createSnapshot(BlobAddress address, String name);

    /**
     * All snapshots of a blob, oldest first; those that were made by others have an empty name. Idempotent: changes nothing. A blob
     * that isn't there has none.
     *
     * @throws BlobException.NotFound if the container isn't there
     */
    List<Snapshot> snapshots(BlobAddress address);

    /**
     * Deletes one snapshot; needs no lease. Idempotent: one that isn't there needs no deleting, and ids are never used again.
     *
     * @return whether it was deleted; after a retry this may be false although it was
     */
    boolean deleteSnapshot(BlobAddress address, SnapshotId snapshot);

    /**
     * The pages that were written, a part at a time. Idempotent: changes nothing. Neighbouring ranges may come unmerged. A window
     * may reach beyond the end.
     *
     * @throws BlobException.NotFound if the blob or snapshot isn't there
     */
    Page<PageRange> pageRanges(BlobAddress address, RangeQuery query);

    /**
     * The pages that changed since a snapshot, a part at a time. Idempotent: changes nothing.
     *
     * @param since older than what is asked for
     * @throws BlobException.NotFound if the blob or a snapshot isn't there
     * @throws BlobException.Conflict if the blob was replaced as a whole in between: nothing can be said, all must be read
     */
    Page<PageRange> pageRangesSince(BlobAddress address, SnapshotId since, RangeQuery query);

    // ---- rights ----

    /**
     * Makes a SAS for one blob: with an account key without asking the service, with a token by a user delegation key (which
     * lives for 7 days at most). Idempotent: changes nothing.
     *
     * @param snapshot for that snapshot only; then {@link BlobAccess#READ} only
     * @param validFor more than zero
     * @throws BlobException.InvalidArgument if the store itself has a SAS only, or a snapshot is to be written, or the time is too long
     */
    Credentials.Sas grant(BlobAddress address, Optional<SnapshotId> snapshot, BlobAccess access, Duration validFor);
}
