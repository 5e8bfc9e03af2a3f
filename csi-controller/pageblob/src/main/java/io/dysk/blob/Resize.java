package io.dysk.blob;

import java.util.Optional;

/**
 * A change of size.
 *
 * @param dataBytes the size of the disk afterwards; see {@link NewPageBlob} for what is possible
 * @param mayShrink whether it may get smaller: the data beyond are lost
 * @param lease the lease that is in force, if one is
 * @param ifMatch refuse unless the blob is in this state
 */
public record Resize(long dataBytes, boolean mayShrink, Optional<LeaseId> lease, Optional<ETag> ifMatch) {
    /** Growth (or nothing, if it has that size) of a blob that nobody leases. */
    public static Resize growTo(long dataBytes) {
        return new Resize(dataBytes, false, Optional.empty(), Optional.empty());
    }

    /** The same under a lease. */
    public Resize under(LeaseId inForce) {
        return new Resize(dataBytes, mayShrink, Optional.of(inForce), ifMatch);
    }

    /** The same, refused unless the blob is in this state. */
    public Resize ifMatch(ETag state) {
        return new Resize(dataBytes, mayShrink, lease, Optional.of(state));
    }

    /** The same, but allowed to shrink. */
    public Resize orShrink() {
        return new Resize(dataBytes, true, lease, ifMatch);
    }
}
