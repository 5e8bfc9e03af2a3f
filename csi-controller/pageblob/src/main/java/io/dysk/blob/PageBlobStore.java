package io.dysk.blob;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

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
 *
 * <p><b>Requests.</b> The methods on the way of a volume to a node say how many requests they make when none is tried again.
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
     * Makes sure that a container is there, and carries the mark by which {@link #volumeContainers} finds it; it isn't public.
     * Idempotent: of a container that is there already nothing but the mark is added to its metadata. Credentials that may not read or
     * mark it, such as a SAS for its blobs only, leave it unmarked, which is no failure. The service has no ETag guard here: what
     * somebody else does to the container's metadata at the same moment may get lost.
     *
     * @return whether it was made by this call; after a retry this may be false although it was
     * @throws BlobException.Conflict if a container of that name is being deleted; try again after a minute
     */
    boolean createContainer(ContainerName container);

    /**
     * The containers that carry the mark ({@code dysk=volumes} in their metadata), in the order of their names. Idempotent: changes
     * nothing. Needs a right to list the account's containers.
     */
    List<ContainerName> volumeContainers();

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
     * What is known of a blob. Idempotent: changes nothing. One request.
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
     * Replaces the caller's own metadata. Idempotent, guarded by an ETag as {@link #resize} is. Two requests; one if nothing changes.
     *
     * @throws BlobException.PreconditionFailed if the blob keeps changing
     * @throws BlobException.LeaseHeld if it is leased and no or another lease was named
     * @throws BlobException.LeaseLost if the lease named is not in force
     * @throws BlobException.NotFound if it isn't there
     */
    PageBlobProperties setMetadata(BlobAddress address, Map<String, String> metadata, Optional<LeaseId> lease);

    /**
     * Changes the caller's own metadata, starting from what it is, so that two changes at one moment both count. Guarded by the ETag
     * of the state that the change starts from. Two requests; one if nothing changes.
     *
     * @param change gives the new metadata, or the same if there is nothing to change; may be called several times, and must take
     *               its own work for done; what it throws ends the call
     * @return as it is afterwards
     * @throws BlobException.InvalidArgument if the new metadata doesn't fit
     * @throws BlobException.PreconditionFailed if the blob keeps changing
     * @throws BlobException.LeaseHeld if it is leased and no or another lease was named
     * @throws BlobException.LeaseLost if the lease named is not in force
     * @throws BlobException.NotFound if it isn't there
     */
    PageBlobProperties changeMetadata(BlobAddress address, UnaryOperator<Map<String, String>> change, Optional<LeaseId> lease);

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
     * The page blobs of a container in the order of their names, a part at a time; each with all that {@link #properties} tells of
     * it. Idempotent: changes nothing. Parts are not taken at one moment: a blob made or deleted meanwhile may be there or not. One
     * request.
     *
     * @throws BlobException.NotFound if the container isn't there
     */
    Page<PageBlobProperties> list(ContainerName container, Listing listing);

    /**
     * Sets the tier of a page blob in a premium account, which rules its speed and its price. Idempotent. It doesn't
     * change the ETag, and the service has no guard here: after an unknown outcome a late request may come after another call's.
     *
     * @param tier {@code P4}, {@code P6}, {@code P10}, {@code P15}, {@code P20}, {@code P30}, {@code P40}, {@code P50} or {@code P60}
     * @throws BlobException.InvalidArgument if there is no such tier, the account has none, or the blob is too large for it
     * @throws BlobException.Conflict if a copy into the blob is under way
     * @throws BlobException.NotFound if it isn't there
     */
    void setTier(BlobAddress address, String tier);

    /**
     * Replaces the tags of a blob, by which it is found in the account. Idempotent. They don't change the ETag, and the service has
     * no guard here: after an unknown outcome a late request may come after another call's. A SAS needs the right {@code t}.
     *
     * @param tags at most 10: names of 1 to 128 and values of up to 256 characters: letters, digits, spaces and {@code + - . / : = _}
     * @throws BlobException.InvalidArgument if they don't fit
     * @throws BlobException.LeaseHeld if it is leased and no or another lease was named
     * @throws BlobException.LeaseLost if the lease named is not in force
     * @throws BlobException.NotFound if it isn't there
     */
    void setTags(BlobAddress address, Map<String, String> tags, Optional<LeaseId> lease);

    /**
     * The tags of a blob. Idempotent: changes nothing.
     *
     * @throws BlobException.NotFound if it isn't there
     */
    Map<String, String> tags(BlobAddress address);

    // ---- copies ----

    /**
     * Has the service copy a blob or snapshot to a new blob, only if there is no blob of that name. Returns when the service has
     * begun; {@link PageBlobProperties#copy()} of the target says how far it is, and nothing need be done for it to go on.
     *
     * <p>The target gets the source's bytes, size, format (a VHD stays one, with the id in its footer) and sequence number, and of
     * metadata and tags only what is given here. Raise nothing by hand: a writer's epoch counts on from the source's.
     *
     * <p>Can be applied twice without harm, as {@link #create} can: the target carries a mark of the call that made it. After an
     * unknown outcome, or for a caller that restarted: call again, and on {@code AlreadyExists} compare {@link #properties} with
     * what was wanted; the metadata is there from the start.
     *
     * <p><b>While it is pending</b> the target can be looked at, listed and {@linkplain #abortCopy aborted}. To write, resize,
     * lease, snapshot or delete it, or to set its metadata or tier, fails with {@code Conflict} and changes nothing. The source
     * must stay: a blob that is changed, or a blob or snapshot that is deleted, fails the copy, and the service doesn't refuse
     * to. A copy that failed or was aborted leaves the target without bytes: delete it, and start again.
     *
     * @param metadata the caller's own of the target
     * @return how far the copy is; some services are done at once
     * @throws BlobException.AlreadyExists if there is a blob of that name which was not made by this call
     * @throws BlobException.NotFound if the source, or the target's container, isn't there
     * @throws BlobException.NotPageBlob if the source is of another kind
     * @throws BlobException.PreconditionFailed if the source changed meanwhile
     * @throws BlobException.Conflict if a copy into the source is under way, or one into it didn't succeed
     * @throws BlobException.Denied also if the service may not read the source
     */
    CopyState startCopy(BlobAddress target, CopySource source, Map<String, String> metadata);

    /**
     * Calls off a copy; the target is left with its metadata and no bytes. Idempotent: a copy that is not under way needs no
     * calling off, and a late request hits no other copy.
     *
     * @param copyId {@link CopyState#id()}
     * @return whether it was under way; after a retry this may be false although it was
     * @throws BlobException.NotFound if the target isn't there
     */
    boolean abortCopy(BlobAddress target, String copyId);

    // ---- leases ----

    /**
     * Takes the lease of a blob for ever, for one holder, and notes the holder in the metadata. Idempotent: with the same holder it
     * succeeds again, and completes the note. After an unknown outcome call again.
     *
     * <p>The note is written after the lease is held, so a crash in between leaves the old note; {@link #leaseHolder} doesn't fall
     * for it. If writing the note fails, the lease stays held and the call fails; call again, or release it.
     *
     * <p>Three requests; two if that holder has it already. So a caller needs no {@link #properties} before or after.
     *
     * @return what is known of the blob, leased and noted
     * @throws BlobException.LeaseHeld if somebody else holds it; says who if the note is right
     * @throws BlobException.Conflict if a copy into the blob is under way
     * @throws BlobException.NotFound if the blob isn't there
     */
    PageBlobProperties acquireLease(BlobAddress address, LeaseHolder holder);

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
     * free or held by somebody else, and a blob that is gone has none. Three requests; one if it was not in force.
     *
     * @return whether it was in force
     */
    boolean releaseLease(BlobAddress address, LeaseId lease);

    /**
     * The same for a lease that several share, if the blob is in a state in which none of them needs it. It is given back in that very
     * state or not at all.
     *
     * @param unneeded whether it is; may be asked several times
     * @return whether it was in force and not needed
     */
    boolean releaseLease(BlobAddress address, LeaseId lease, Predicate<PageBlobProperties> unneeded);

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
     * changes nothing. Two requests; one if it is free or there is no note.
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
     * The same, with metadata of the caller's own in the place of the blob's. When there is a snapshot of that name already, it is
     * returned with the metadata that it has.
     *
     * @throws BlobException.InvalidArgument if the metadata doesn't fit
     */
    Snapshot createSnapshot(BlobAddress address, String name, Map<String, String> metadata);

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
     * lives for 7 days at most). Idempotent: changes nothing. No request with a key, one with a token.
     *
     * @param snapshot for that snapshot only; then {@link BlobAccess#READ} only
     * @param validFor more than zero
     * @throws BlobException.InvalidArgument if the store itself has a SAS only, or a snapshot is to be written, or the time is too long
     */
    Credentials.Sas grant(BlobAddress address, Optional<SnapshotId> snapshot, BlobAccess access, Duration validFor);
}
