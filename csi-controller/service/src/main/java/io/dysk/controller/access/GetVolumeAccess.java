package io.dysk.controller.access;

import com.google.protobuf.Timestamp;
import io.dysk.access.GetVolumeAccessRequest;
import io.dysk.access.GetVolumeAccessResponse;
import io.dysk.blob.BlobAccess;
import io.dysk.blob.BlobException;
import io.dysk.blob.Credentials;
import io.dysk.blob.LeaseHolder;
import io.dysk.blob.PageBlobStore;
import io.dysk.controller.account.Accounts;
import io.dysk.controller.publish.Placement;
import io.dysk.controller.volume.VolumeId;
import io.dysk.controller.volume.VolumeNotes;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.contract.NodeId;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * GetVolumeAccess: a SAS for the one blob that is published to the node that asks, for some time. Whether it is, the storage service
 * itself says: the node holds the lease, or is listed as a reader under the readers' lease. Snapshots are published without a
 * trace, so any node of ours may read those that are there.
 *
 * <p>Every answer leaves a line in the log that says who got what until when; the SAS is in none. Safe for use by many threads.
 */
public final class GetVolumeAccess {
    /** What a user delegation key allows, and enough for any: nodes renew it. */
    private static final Duration LONGEST = Duration.ofDays(7).minus(Duration.ofMinutes(15));
    private static final Logger LOG = Logger.getLogger(GetVolumeAccess.class.getName());

    private final Accounts accounts;
    private final Duration validFor;

    /**
     * @param validFor how long a SAS lives
     * @throws IllegalArgumentException if that is less than a minute or about 7 days
     */
    public GetVolumeAccess(Accounts accounts, Duration validFor) {
        if (validFor.compareTo(Duration.ofMinutes(1)) < 0 || validFor.compareTo(Duration.ofDays(7)) > 0) {
            throw new IllegalArgumentException("rights for nodes can be valid for 1 minute to 7 days, not for " + validFor);
        }
        this.accounts = accounts;
        this.validFor = validFor.compareTo(LONGEST) > 0 ? LONGEST : validFor;
    }

    public GetVolumeAccessResponse answer(GetVolumeAccessRequest request) {
        if (request.getNodeId().isEmpty()) {
            throw RpcFailure.invalidArgument("the node id is missing");
        }
        VolumeId volume = VolumeId.require(request.getVolumeId());
        String node = NodeId.parse(request.getNodeId()).toString();
        BlobAccess access = request.getReadonly() ? BlobAccess.READ : BlobAccess.READ_WRITE;
        PageBlobStore store = accounts.of(volume, Map.of());
        if (!published(store, volume, node, request.getReadonly())) {
            LOG.log(Level.WARNING, "no rights to {0} for node {1}: it is not published there for {2}",
                    new Object[] {volume, node, purpose(access)});
            throw RpcFailure.of(Status.Code.PERMISSION_DENIED, "it is not published to node " + node + " for " + purpose(access)
                    + ", so that node gets no right to it", null);
        }
        Credentials.Sas sas = grant(store, volume, access);
        Instant end = sas.expiry().map(Instant::parse).orElseThrow();
        LOG.log(Level.INFO, "node {0} may {1} {2} until {3}", new Object[] {node, access == BlobAccess.READ ? "read" : "read and write", volume, end});
        return GetVolumeAccessResponse.newBuilder().setSas(sas.query())
                .setExpiresAt(Timestamp.newBuilder().setSeconds(end.getEpochSecond()).setNanos(end.getNano())).build();
    }

    private static String purpose(BlobAccess access) {
        return access == BlobAccess.READ ? "reading" : "writing";
    }

    private static boolean published(PageBlobStore store, VolumeId volume, String node, boolean readonly) {
        if (volume.snapshot().isPresent()) {
            return readonly && store.properties(volume.address(), volume.snapshot().get()).snapshot().isPresent();
        }
        Optional<LeaseHolder> holder = store.leaseHolder(volume.address());
        if (holder.filter(Placement.writer(volume, node)::equals).isPresent()) {
            return true;
        }
        return readonly && holder.filter(Placement.readers(volume)::equals).isPresent()
                && VolumeNotes.of(store.properties(volume.address())).readers().contains(node);
    }

    private Credentials.Sas grant(PageBlobStore store, VolumeId volume, BlobAccess access) {
        try {
            return store.grant(volume.address(), volume.snapshot(), access, validFor);
        } catch (BlobException.InvalidArgument e) {
            throw RpcFailure.failedPrecondition("no right to it can be made: " + e.getMessage() + ". Give the controller an account key or an"
                    + " identity for storage account " + volume.account());
        }
    }
}
