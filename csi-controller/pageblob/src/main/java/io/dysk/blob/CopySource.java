package io.dysk.blob;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * What to copy: a blob or a snapshot, of the account that holds the target or of another one.
 *
 * <p>A blob must not change while it is copied, else the copy fails; a snapshot never does.
 *
 * @param address the blob
 * @param snapshot the snapshot of it; empty: the blob itself
 * @param otherAccount where the blob is and what opens it; empty: the account that holds the target
 */
public record CopySource(BlobAddress address, Optional<SnapshotId> snapshot, Optional<OtherAccount> otherAccount) {
    public CopySource {
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(snapshot, "snapshot");
        Objects.requireNonNull(otherAccount, "otherAccount");
    }

    /**
     * Another account, and the right to read what is copied. The service reads the source itself, for as long as the copy takes:
     * it is given the SAS, and must be able to reach the account.
     *
     * @param endpoint where the account is
     * @param read a right to read the blob or snapshot
     */
    public record OtherAccount(Endpoint endpoint, Credentials.Sas read) {
        public OtherAccount {
            Objects.requireNonNull(endpoint, "endpoint");
            Objects.requireNonNull(read, "read");
        }
    }

    /** A blob of the same account. */
    public static CopySource ofBlob(BlobAddress address) {
        return new CopySource(address, Optional.empty(), Optional.empty());
    }

    /** A snapshot of the same account. */
    public static CopySource ofSnapshot(BlobAddress address, SnapshotId snapshot) {
        return new CopySource(address, Optional.of(snapshot), Optional.empty());
    }

    /**
     * A blob or snapshot of another account, with a SAS made by that account's store.
     *
     * @param validFor how long the copy may take; the service gives up after 14 days
     * @throws BlobException as {@link PageBlobStore#grant} does
     */
    public static CopySource ofOtherAccount(PageBlobStore store, BlobAddress address, Optional<SnapshotId> snapshot, Duration validFor) {
        Credentials.Sas read = store.grant(address, snapshot, BlobAccess.READ, validFor);
        return new CopySource(address, snapshot, Optional.of(new OtherAccount(store.endpoint(), read)));
    }

    /** What is copied, without the SAS. */
    @Override
    public String toString() {
        return (snapshot.isPresent() ? "snapshot " + snapshot.get() + " of " : "") + "blob " + address
                + otherAccount.map(other -> " of account " + other.endpoint().account()).orElse("");
    }
}
