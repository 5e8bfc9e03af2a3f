package io.dysk.blob;

import com.azure.core.http.RequestConditions;
import com.azure.core.util.Context;
import com.azure.storage.blob.models.BlobLeaseRequestConditions;
import com.azure.storage.blob.options.BlobAcquireLeaseOptions;
import com.azure.storage.blob.options.BlobBreakLeaseOptions;
import com.azure.storage.blob.options.BlobReleaseLeaseOptions;
import io.dysk.blob.BlobException.Answer;
import io.dysk.blob.Operation.Repeat;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * Takes, hands over and ends leases, and keeps the note of their holder in the metadata.
 *
 * <p>The note changes the ETag, leases themselves don't. So a request to acquire or release that carries the ETag of before the note
 * can't be applied late, when the same holder (whose lease always has the same id) has come again.
 */
final class Leases {
    private static final int FOR_EVER = -1;
    private static final LeaseId ANY = new LeaseId(new UUID(0, 0)); // breaking needs none

    private final AzureClients clients;
    private final ServiceCalls calls;
    private final BlobRequests requests;

    Leases(AzureClients clients, ServiceCalls calls, BlobRequests requests) {
        this.clients = clients;
        this.calls = calls;
        this.requests = requests;
    }

    PageBlobProperties acquire(Deadline deadline, BlobAddress address, LeaseHolder holder) {
        return requests.guarded(deadline, address, Optional.empty(), state -> {
            BlobState leased = lease(deadline, state, holder).orElseThrow(() -> refused(deadline, state));
            return note(deadline, leased, Optional.of(holder), holder.lease()).properties();
        });
    }

    /** The blob under the holder's lease; empty if another has it. */
    private Optional<BlobState> lease(Deadline deadline, BlobState state, LeaseHolder holder) {
        BlobAddress address = state.properties().address();
        if (state.properties().lease().locksWrites()) {
            return requests.readUnder(deadline, address, holder.lease());
        }
        var options = new BlobAcquireLeaseOptions(FOR_EVER).setRequestConditions(
                new BlobLeaseRequestConditions().setIfMatch(state.etag().value()));
        try {
            calls.run(deadline, Operation.onBlob("lease", address, Repeat.ALWAYS), time -> clients
                    .lease(address, holder.lease()).acquireLeaseWithResponse(options, time, Context.NONE).getStatusCode());
            return Optional.of(state.leased());
        } catch (BlobException.LeaseHeld e) {
            return Optional.empty();
        }
    }

    /** Who was in the way may have gone just now: then it isn't "somebody who left no note", and the call starts over. */
    private BlobException refused(Deadline deadline, BlobState state) {
        BlobException.LeaseHeld held = held(deadline, state);
        if (held.holder().isPresent()) {
            return held;
        }
        BlobAddress address = state.properties().address();
        BlobState now = requests.read(deadline, address);
        return now.properties().lease().locksWrites() ? held(deadline, now)
                : new BlobException.PreconditionFailed("the lease of blob " + address + " was given back just now", Answer.NONE);
    }

    void transfer(Deadline deadline, BlobAddress address, LeaseId from, LeaseHolder to) {
        if (requests.readUnder(deadline, address, to.lease()).isEmpty()) {
            try {
                calls.run(deadline, Operation.onBlob("hand over the lease of", address, Repeat.ALWAYS), time -> clients
                        .lease(address, from).changeLeaseWithResponse(to.lease().toString(), new RequestConditions(), time, Context.NONE)
                        .getStatusCode());
            } catch (BlobException.LeaseHeld | BlobException.LeaseLost e) {
                BlobState state = requests.read(deadline, address);
                throw state.properties().lease().locksWrites() ? held(deadline, state) : lost(address, e.answer());
            }
        }
        requests.guarded(deadline, address, Optional.empty(), state -> {
            note(deadline, state, Optional.of(to), to.lease());
            return null;
        });
    }

    boolean release(Deadline deadline, BlobAddress address, LeaseId lease, Predicate<PageBlobProperties> unneeded) {
        try {
            Optional<BlobState> held = requests.readUnder(deadline, address, lease);
            if (held.isEmpty()) {
                return false;
            }
            return requests.guarded(deadline, Optional.empty(), held.get(), state -> {
                if (!unneeded.test(state.properties())) {
                    return false;
                }
                // The note names the lease, so this is refused as soon as it is not in force any more.
                BlobState noted = note(deadline, state, Optional.empty(), lease);
                var options = new BlobReleaseLeaseOptions().setRequestConditions(
                        new BlobLeaseRequestConditions().setIfMatch(noted.etag().value()));
                calls.run(deadline, Operation.onBlob("release the lease of", address, Repeat.ALWAYS), time -> clients
                        .lease(address, lease).releaseLeaseWithResponse(options, time, Context.NONE).getStatusCode());
                return true;
            });
        } catch (BlobException.LeaseHeld | BlobException.LeaseLost e) {
            return true; // it was in force a moment ago, and now it isn't
        } catch (BlobException.NotFound e) {
            return false;
        }
    }

    boolean breakNow(Deadline deadline, BlobAddress address, Optional<ETag> ifMatch) {
        if (!requests.read(deadline, address).properties().lease().locksWrites()) {
            return false;
        }
        var conditions = new BlobLeaseRequestConditions();
        ifMatch.ifPresent(etag -> conditions.setIfMatch(etag.value()));
        var options = new BlobBreakLeaseOptions().setBreakPeriod(Duration.ZERO).setRequestConditions(conditions);
        try {
            calls.run(deadline, Operation.onBlob("break the lease of", address, Repeat.ALWAYS), time -> clients
                    .lease(address, ANY).breakLeaseWithResponse(options, time, Context.NONE).getStatusCode());
            return true;
        } catch (BlobException.LeaseLost e) {
            return true; // it was in force a moment ago, and now it isn't
        }
    }

    Optional<LeaseHolder> holder(Deadline deadline, BlobAddress address) {
        return holder(deadline, requests.read(deadline, address));
    }

    private Optional<LeaseHolder> holder(Deadline deadline, BlobState state) {
        return state.properties().recordedHolder()
                .filter(noted -> state.properties().lease().locksWrites())
                .filter(noted -> requests.readUnder(deadline, state.properties().address(), noted.lease()).isPresent());
    }

    /** The refusal that names the holder as well as can be known. */
    BlobException.LeaseHeld named(Deadline deadline, BlobAddress address, BlobException.LeaseHeld refusal) {
        if (refusal.holder().isPresent()) {
            return refusal;
        }
        try {
            return held(deadline, requests.read(deadline, address));
        } catch (BlobException e) {
            return refusal;
        }
    }

    private BlobException.LeaseHeld held(Deadline deadline, BlobState state) {
        Optional<LeaseHolder> holder = holder(deadline, state);
        String who = holder.map(LeaseHolder::name).orElse("somebody who left no note");
        return new BlobException.LeaseHeld("blob " + state.properties().address() + " is leased by " + who
                + ": detach it there first; if that holder is gone for good, break its lease", holder, Answer.NONE);
    }

    private static BlobException.LeaseLost lost(BlobAddress address, Answer answer) {
        return new BlobException.LeaseLost("blob " + address + " is not leased (any more): lease it anew", answer);
    }

    /** Writes or removes the note, if that isn't as it should be already. */
    private BlobState note(Deadline deadline, BlobState state, Optional<LeaseHolder> holder, LeaseId lease) {
        Map<String, String> metadata = new TreeMap<>(state.metadata());
        metadata.remove(Metadata.HOLDER_NAME);
        metadata.remove(Metadata.HOLDER_LEASE);
        holder.ifPresent(h -> {
            metadata.put(Metadata.HOLDER_NAME, h.name());
            metadata.put(Metadata.HOLDER_LEASE, h.lease().toString());
        });
        return metadata.equals(state.metadata())
                ? state
                : requests.withMetadata(deadline, state, metadata, Optional.of(lease));
    }
}
