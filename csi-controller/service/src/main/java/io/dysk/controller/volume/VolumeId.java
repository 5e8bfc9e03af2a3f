package io.dysk.controller.volume;

import io.dysk.blob.AccountName;
import io.dysk.blob.BlobAddress;
import io.dysk.blob.BlobException;
import io.dysk.blob.Endpoint;
import io.dysk.blob.SnapshotId;
import io.dysk.rpc.call.RpcFailure;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The id of a volume, which says where its blob is: {@code account/container/blob}, or, if the account's endpoint can't be told from its
 * name and the driver's configuration, {@code http://host:port/account//container/blob}. With {@code @} and a time stamp behind it, it
 * is the id of a snapshot, and also of the read-only volume that the snapshot is.
 *
 * @param endpoint the account's endpoint, if the id says it
 * @param account the storage account
 * @param address the blob in it
 * @param snapshot the snapshot of it
 */
public record VolumeId(Optional<Endpoint> endpoint, AccountName account, BlobAddress address, Optional<SnapshotId> snapshot) {
    /** What CSI allows. */
    public static final int MAX_BYTES = 128;

    /** Ids that we make are no longer, so that a snapshot's id, which has an @ and a time behind it, fits too. */
    public static final int MAX_BYTES_OF_OURS = 98;

    private static final String END_OF_ENDPOINT = "//";

    /** A volume in an account whose endpoint the configuration knows. */
    public static VolumeId of(AccountName account, BlobAddress address) {
        return new VolumeId(Optional.empty(), account, address, Optional.empty());
    }

    /**
     * Reads an id.
     *
     * @return empty if no volume can have that id
     */
    public static Optional<VolumeId> parse(String id) {
        if (id.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            return Optional.empty();
        }
        try {
            int at = id.lastIndexOf('@');
            Optional<SnapshotId> snapshot = at < 0 ? Optional.empty() : snapshot(id.substring(at + 1));
            String volume = snapshot.isEmpty() ? id : id.substring(0, at);
            int scheme = volume.indexOf("://");
            if (scheme < 0) {
                String[] parts = volume.split("/", 3);
                return parts.length < 3
                        ? Optional.empty()
                        : Optional.of(new VolumeId(Optional.empty(), new AccountName(parts[0]), BlobAddress.of(parts[1], parts[2]), snapshot));
            }
            int end = volume.indexOf(END_OF_ENDPOINT, scheme + 3);
            String[] parts = end < 0 ? new String[0] : volume.substring(end + 2).split("/", 2);
            if (parts.length < 2) {
                return Optional.empty();
            }
            Endpoint endpoint = Endpoint.parse(volume.substring(0, end));
            return Optional.of(new VolumeId(Optional.of(endpoint), endpoint.account(), BlobAddress.of(parts[0], parts[1]), snapshot));
        } catch (BlobException.InvalidArgument e) {
            return Optional.empty();
        }
    }

    // A blob's name may have an @ in it: what follows is a snapshot only if it is such a time.
    private static Optional<SnapshotId> snapshot(String text) {
        try {
            return Optional.of(new SnapshotId(text));
        } catch (BlobException.InvalidArgument e) {
            return Optional.empty();
        }
    }

    /**
     * Reads the id of a volume that has to be there.
     *
     * @throws RpcFailure INVALID_ARGUMENT if the id is missing, NOT_FOUND if no volume can have it
     */
    public static VolumeId require(String id) {
        if (id.isEmpty()) {
            throw RpcFailure.invalidArgument("the volume id is missing");
        }
        return parse(id).orElseThrow(() -> RpcFailure.notFound(
                "there is no such volume: ids of this driver's volumes have the form ACCOUNT/CONTAINER/BLOB, or http://ENDPOINT//CONTAINER/BLOB"));
    }

    /** The volume itself, if this is a snapshot. */
    public VolumeId withoutSnapshot() {
        return new VolumeId(endpoint, account, address, Optional.empty());
    }

    public VolumeId withSnapshot(SnapshotId id) {
        return new VolumeId(endpoint, account, address, Optional.of(id));
    }

    /** What leases of this volume are made from; the same as {@code dyskctl} uses, and the same however the endpoint is told. */
    public String leaseName() {
        return account + "/" + address;
    }

    @Override
    public String toString() {
        return endpoint.map(url -> url.url() + END_OF_ENDPOINT + address).orElseGet(this::leaseName)
                + snapshot.map(id -> "@" + id.value()).orElse("");
    }
}
