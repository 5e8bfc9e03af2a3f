package io.dysk.blob;

import com.azure.core.util.Context;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.models.DeleteSnapshotsOptionType;
import io.dysk.blob.Operation.Repeat;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** {@link PageBlobStore} over the Azure SDK, for Azure itself and for emulators. */
public final class AzurePageBlobStore implements PageBlobStore {
    private final BlobAccount account;
    private final CallLimits limits;
    private final Wiring wiring;
    private final ServiceCalls calls;
    private final BlobRequests requests;
    private final DiskSizing sizing;
    private final DiskCreation creation;
    private final Leases leases;
    private final BlobLists lists;
    private final Snapshots snapshots;
    private final Containers containers;
    private final Copies copies;
    private final Tags tags;
    private final Tiers tiers;

    private AzurePageBlobStore(BlobAccount account, CallLimits limits, Wiring wiring) {
        this.account = account;
        this.limits = limits;
        this.wiring = wiring;
        calls = new ServiceCalls(limits, new ErrorMapping(account.endpoint(), wiring.clock()), wiring.pause());
        requests = new BlobRequests(wiring.clients(), calls);
        sizing = new DiskSizing(requests, wiring.clock());
        creation = new DiskCreation(wiring.clients(), calls, requests, sizing);
        leases = new Leases(wiring.clients(), calls, requests);
        lists = new BlobLists(wiring.clients(), calls);
        snapshots = new Snapshots(wiring.clients(), calls, requests, lists);
        containers = new Containers(wiring.clients(), calls, Containers.MAX_PAGE_SIZE);
        copies = new Copies(account, wiring.clients(), calls, requests, this::requestsTo);
        tags = new Tags(wiring.clients(), calls);
        tiers = new Tiers(wiring.clients(), calls);
    }

    private BlobRequests requestsTo(BlobAccount other) {
        return new BlobRequests(new AzureClients(other, wiring.http()),
                new ServiceCalls(limits, new ErrorMapping(other.endpoint(), wiring.clock()), wiring.pause()));
    }

    /** What does not depend on the limits, and is shared by stores that differ in them only. */
    private record Wiring(AzureClients clients, HttpClient http, InstantSource clock, ServiceCalls.Pause pause) {}

    /** A store with the default limits. Doesn't use the network yet. */
    public static AzurePageBlobStore open(BlobAccount account) {
        return open(account, CallLimits.DEFAULT);
    }

    /** A store. Doesn't use the network yet. */
    public static AzurePageBlobStore open(BlobAccount account, CallLimits limits) {
        return open(account, limits, InstantSource.system(), Thread::sleep);
    }

    static AzurePageBlobStore open(BlobAccount account, CallLimits limits, InstantSource clock, ServiceCalls.Pause pause) {
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(limits.tryOnce())
                .build();
        return open(account, limits, clock, pause, http);
    }

    static AzurePageBlobStore open(
            BlobAccount account, CallLimits limits, InstantSource clock, ServiceCalls.Pause pause, HttpClient http) {
        return new AzurePageBlobStore(account, limits, new Wiring(new AzureClients(account, http), http, clock, pause));
    }

    @Override
    public Endpoint endpoint() {
        return account.endpoint();
    }

    @Override
    public PageBlobStore within(Duration limit) {
        return new AzurePageBlobStore(account, limits.call(limit), wiring);
    }

    @Override
    public Reachability probe() {
        return new Probe(account.endpoint(), wiring.http(), calls, wiring.clock()).ask(calls.deadline());
    }

    @Override
    public boolean createContainer(ContainerName container) {
        return containers.create(calls.deadline(), container);
    }

    @Override
    public List<ContainerName> volumeContainers() {
        return containers.ofVolumes(calls.deadline());
    }

    @Override
    public PageBlobProperties create(BlobAddress address, NewPageBlob blob) {
        Deadline deadline = calls.deadline();
        creation.apply(deadline, address, blob);
        return requests.read(deadline, address).properties();
    }

    @Override
    public PageBlobProperties properties(BlobAddress address) {
        return requests.read(calls.deadline(), address).properties();
    }

    @Override
    public PageBlobProperties properties(BlobAddress address, SnapshotId snapshot) {
        return requests.read(calls.deadline(), address, snapshot).properties();
    }

    @Override
    public PageBlobProperties resize(BlobAddress address, Resize change) {
        return namingTheHolder(address, deadline -> {
            sizing.apply(deadline, address, change);
            return requests.read(deadline, address).properties();
        });
    }

    @Override
    public PageBlobProperties setMetadata(BlobAddress address, Map<String, String> metadata, Optional<LeaseId> lease) {
        Map<String, String> wanted = Metadata.checked(metadata);
        return changeMetadata(address, present -> wanted, lease);
    }

    @Override
    public PageBlobProperties changeMetadata(BlobAddress address, UnaryOperator<Map<String, String>> change, Optional<LeaseId> lease) {
        return namingTheHolder(address, deadline -> requests.guarded(deadline, address, Optional.empty(), state -> {
            Map<String, String> wanted = Metadata.checked(change.apply(state.properties().metadata()));
            return wanted.equals(state.properties().metadata())
                    ? state
                    : requests.withMetadata(deadline, state, Metadata.replaced(state.metadata(), wanted), lease);
        })).properties();
    }

    @Override
    public boolean delete(BlobAddress address, Deletion deletion) {
        DeleteSnapshotsOptionType snapshotsToo = switch (deletion.snapshots()) {
            case REFUSE -> null;
            case INCLUDE -> DeleteSnapshotsOptionType.INCLUDE;
            case ONLY -> DeleteSnapshotsOptionType.ONLY;
        };
        var conditions = new BlobRequestConditions()
                .setLeaseId(deletion.lease().map(LeaseId::toString).orElse(null))
                .setIfMatch(deletion.ifMatch().map(ETag::value).orElse(null));
        try {
            return namingTheHolder(address, deadline -> {
                calls.run(deadline, Operation.onBlob("delete", address, Repeat.ALWAYS), time -> wiring.clients().pageBlob(address)
                        .deleteWithResponse(snapshotsToo, conditions, time, Context.NONE).getStatusCode());
                return true;
            });
        } catch (BlobException.NotFound e) {
            return false;
        }
    }

    @Override
    public Page<PageBlobProperties> list(ContainerName container, Listing listing) {
        return lists.blobs(calls.deadline(), container, listing);
    }

    @Override
    public void setTier(BlobAddress address, String tier) {
        tiers.set(calls.deadline(), address, tier);
    }

    @Override
    public void setTags(BlobAddress address, Map<String, String> wanted, Optional<LeaseId> lease) {
        Map<String, String> checked = Tags.checked(wanted);
        namingTheHolder(address, deadline -> {
            tags.replace(deadline, address, checked, lease);
            return null;
        });
    }

    @Override
    public Map<String, String> tags(BlobAddress address) {
        return tags.of(calls.deadline(), address);
    }

    @Override
    public CopyState startCopy(BlobAddress target, CopySource source, Map<String, String> metadata) {
        return copies.start(calls.deadline(), target, source, Metadata.checked(metadata));
    }

    @Override
    public boolean abortCopy(BlobAddress target, String copyId) {
        return copies.abort(calls.deadline(), target, copyId);
    }

    @Override
    public PageBlobProperties acquireLease(BlobAddress address, LeaseHolder holder) {
        return namingTheHolder(address, deadline -> leases.acquire(deadline, address, holder));
    }

    @Override
    public void transferLease(BlobAddress address, LeaseId from, LeaseHolder to) {
        leases.transfer(calls.deadline(), address, from, to);
    }

    @Override
    public boolean releaseLease(BlobAddress address, LeaseId lease) {
        return releaseLease(address, lease, blob -> true);
    }

    @Override
    public boolean releaseLease(BlobAddress address, LeaseId lease, Predicate<PageBlobProperties> unneeded) {
        return leases.release(calls.deadline(), address, lease, unneeded);
    }

    @Override
    public boolean breakLease(BlobAddress address, Optional<ETag> ifMatch) {
        return leases.breakNow(calls.deadline(), address, ifMatch);
    }

    @Override
    public Optional<LeaseHolder> leaseHolder(BlobAddress address) {
        return leases.holder(calls.deadline(), address);
    }

    @Override
    public long raiseSequenceNumber(BlobAddress address, long atLeast, Optional<LeaseId> lease) {
        if (atLeast < 0) {
            throw new BlobException.InvalidArgument("sequence number " + atLeast + " is not possible: expected 0 or more");
        }
        return namingTheHolder(address, deadline -> requests.raiseSequenceNumber(deadline, address, atLeast, lease));
    }

    @Override
    public Snapshot createSnapshot(BlobAddress address, String name) {
        return snapshots.create(calls.deadline(), address, name, Optional.empty());
    }

    @Override
    public Snapshot createSnapshot(BlobAddress address, String name, Map<String, String> metadata) {
        return snapshots.create(calls.deadline(), address, name, Optional.of(Metadata.checked(metadata)));
    }

    @Override
    public List<Snapshot> snapshots(BlobAddress address) {
        return snapshots.list(calls.deadline(), address);
    }

    @Override
    public boolean deleteSnapshot(BlobAddress address, SnapshotId snapshot) {
        return snapshots.delete(calls.deadline(), address, snapshot);
    }

    @Override
    public Page<PageRange> pageRanges(BlobAddress address, RangeQuery query) {
        return lists.ranges(calls.deadline(), address, query);
    }

    @Override
    public Page<PageRange> pageRangesSince(BlobAddress address, SnapshotId since, RangeQuery query) {
        return lists.rangesSince(calls.deadline(), address, since, query);
    }

    @Override
    public Credentials.Sas grant(BlobAddress address, Optional<SnapshotId> snapshot, BlobAccess access, Duration validFor) {
        return new Grants(account, wiring.clients(), calls, wiring.clock()).grant(calls.deadline(),
                new SasSigner.Grant(address, snapshot, access, wiring.clock().instant().plus(validFor)));
    }

    private <T> T namingTheHolder(BlobAddress address, Function<Deadline, T> call) {
        Deadline deadline = calls.deadline();
        try {
            return call.apply(deadline);
        } catch (BlobException.LeaseHeld e) {
            throw leases.named(deadline, address, e);
        }
    }

    /** The account; nothing secret. */
    @Override
    public String toString() {
        return "page blobs of " + account.endpoint();
    }
}
