package io.dysk.ctl;

import io.dysk.blob.BlobAccess;
import io.dysk.blob.BlobAddress;
import io.dysk.blob.ContainerName;
import io.dysk.blob.CopySource;
import io.dysk.blob.CopyState;
import io.dysk.blob.Credentials;
import io.dysk.blob.Deletion;
import io.dysk.blob.DiskFormat;
import io.dysk.blob.ETag;
import io.dysk.blob.Endpoint;
import io.dysk.blob.LeaseHolder;
import io.dysk.blob.LeaseId;
import io.dysk.blob.LeaseState;
import io.dysk.blob.Listing;
import io.dysk.blob.NewPageBlob;
import io.dysk.blob.Page;
import io.dysk.blob.PageBlobProperties;
import io.dysk.blob.PageBlobStore;
import io.dysk.blob.PageRange;
import io.dysk.blob.RangeQuery;
import io.dysk.blob.Reachability;
import io.dysk.blob.Refusals;
import io.dysk.blob.Resize;
import io.dysk.blob.Snapshot;
import io.dysk.blob.SnapshotId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** An account's page blobs in memory, as far as this program uses them. */
final class FakeStore implements PageBlobStore {

    /** Thrown by every call, if set. */
    RuntimeException failure;

    /** Thrown by {@link #probe}, if set. */
    RuntimeException probeFailure;

    RuntimeException releaseFailure;
    Duration serverAhead = Duration.ZERO;
    final List<String> calls = new ArrayList<>();
    final Set<String> containers = new HashSet<>(Set.of("disks"));

    private record Blob(long bytes, DiskFormat format, Optional<LeaseHolder> holder, boolean holderKnown, int version) {}

    private final Map<String, Blob> blobs = new TreeMap<>();

    FakeStore with(String address, long bytes) {
        blobs.put(address, new Blob(bytes, DiskFormat.RAW, Optional.empty(), true, 1));
        return this;
    }

    /** A VHD marked as one. */
    FakeStore withVhd(String address, long bytes, DiskFormat format) {
        blobs.put(address, new Blob(bytes, format, Optional.empty(), true, 1));
        return this;
    }

    FakeStore leased(String address, String holder, boolean known) {
        LeaseHolder by = new LeaseHolder(holder, LeaseId.ofWriter("acct/" + address, holder));
        Blob blob = blobs.get(address);
        blobs.put(address, new Blob(blob.bytes, blob.format, Optional.of(by), known, 1));
        return this;
    }

    Optional<String> holder(String address) {
        return blobs.get(address).holder.map(LeaseHolder::name);
    }

    boolean has(String address) {
        return blobs.containsKey(address);
    }

    @Override
    public Endpoint endpoint() {
        return Endpoint.parse("http://acct.blob.core.windows.net");
    }

    @Override
    public PageBlobStore within(Duration limit) {
        return this;
    }

    @Override
    public Reachability probe() {
        if (probeFailure != null) {
            throw probeFailure;
        }
        return new Reachability(serverAhead, false, 400, Duration.ofMillis(3));
    }

    @Override
    public boolean createContainer(ContainerName container) {
        call("createContainer " + container);
        return containers.add(container.value());
    }

    @Override
    public List<ContainerName> volumeContainers() {
        throw neverCalled();
    }

    @Override
    public PageBlobProperties create(BlobAddress address, NewPageBlob blob) {
        call("create " + address + " " + blob.dataBytes() + (blob.vhd() ? " vhd" : ""));
        requireContainer(address.container());
        DiskFormat format = blob.vhd() ? DiskFormat.VHD : DiskFormat.RAW;
        if (blobs.putIfAbsent(address.toString(), new Blob(blob.dataBytes(), format, Optional.empty(), true, 1)) != null) {
            throw Refusals.exists();
        }
        return properties(address);
    }

    @Override
    public PageBlobProperties properties(BlobAddress address) {
        return properties(address, Optional.empty());
    }

    @Override
    public PageBlobProperties properties(BlobAddress address, SnapshotId snapshot) {
        return properties(address, Optional.of(snapshot));
    }

    private PageBlobProperties properties(BlobAddress address, Optional<SnapshotId> snapshot) {
        Blob blob = find(address);
        return new PageBlobProperties(
                address,
                snapshot,
                blob.bytes + (blob.format == DiskFormat.RAW ? 0 : 512),
                blob.bytes,
                blob.format,
                blob.holder.isPresent() ? LeaseState.LEASED : LeaseState.AVAILABLE,
                blob.holderKnown ? blob.holder : Optional.empty(),
                0,
                new ETag("\"" + blob.version + "\""),
                Instant.EPOCH,
                Instant.EPOCH,
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    @Override
    public PageBlobProperties resize(BlobAddress address, Resize change) {
        call("resize " + address + " " + change.dataBytes() + change.lease().map(l -> " " + l).orElse(""));
        Blob blob = find(address);
        if (!blob.holder.map(LeaseHolder::lease).equals(change.lease())) {
            throw Refusals.held(blob.holder);
        }
        blobs.put(address.toString(), new Blob(change.dataBytes(), blob.format, blob.holder, blob.holderKnown, 2));
        return properties(address);
    }

    @Override
    public PageBlobProperties setMetadata(BlobAddress address, Map<String, String> metadata, Optional<LeaseId> lease) {
        throw neverCalled();
    }

    @Override
    public PageBlobProperties changeMetadata(
            BlobAddress address, UnaryOperator<Map<String, String>> change, Optional<LeaseId> lease) {
        throw neverCalled();
    }

    @Override
    public boolean delete(BlobAddress address, Deletion deletion) {
        call("delete " + address + " " + deletion.snapshots());
        if (blobs.containsKey(address.toString()) && find(address).holder.isPresent()) {
            throw Refusals.held(find(address).holder);
        }
        return blobs.remove(address.toString()) != null;
    }

    @Override
    public Page<PageBlobProperties> list(ContainerName container, Listing listing) {
        call("list " + container);
        requireContainer(container);
        List<String> names = blobs.keySet().stream().filter(n -> n.startsWith(container + "/")).toList();
        // One at a time, so that a caller has to follow.
        int from = listing.from().map(Integer::parseInt).orElse(0);
        List<PageBlobProperties> part = names.stream().skip(from).limit(1)
                .map(n -> properties(AccountOptions.address(n))).toList();
        return new Page<>(part, from + 1 < names.size() ? Optional.of(Integer.toString(from + 1)) : Optional.empty());
    }

    @Override
    public PageBlobProperties acquireLease(BlobAddress address, LeaseHolder holder) {
        call("acquire " + address + " " + holder.name());
        Blob blob = find(address);
        if (blob.holder.isPresent() && !blob.holder.get().lease().equals(holder.lease())) {
            throw Refusals.held(blob.holderKnown ? blob.holder : Optional.empty());
        }
        lease(address, Optional.of(holder));
        return properties(address);
    }

    @Override
    public void transferLease(BlobAddress address, LeaseId from, LeaseHolder to) {
        call("transfer " + address + " " + to.name());
        if (!find(address).holder.map(LeaseHolder::lease).equals(Optional.of(from))) {
            throw Refusals.held(find(address).holder);
        }
        lease(address, Optional.of(to));
    }

    @Override
    public boolean releaseLease(BlobAddress address, LeaseId lease) {
        call("release " + address);
        if (releaseFailure != null) {
            throw releaseFailure;
        }
        boolean held = find(address).holder.map(LeaseHolder::lease).equals(Optional.of(lease));
        if (held) {
            lease(address, Optional.empty());
        }
        return held;
    }

    @Override
    public boolean releaseLease(BlobAddress address, LeaseId lease, Predicate<PageBlobProperties> unneeded) {
        throw neverCalled();
    }

    @Override
    public boolean breakLease(BlobAddress address, Optional<ETag> ifMatch) {
        call("break " + address);
        if (!ifMatch.equals(Optional.of(properties(address).etag()))) {
            throw Refusals.changed();
        }
        lease(address, Optional.empty());
        return true;
    }

    @Override
    public Optional<LeaseHolder> leaseHolder(BlobAddress address) {
        return find(address).holderKnown ? find(address).holder : Optional.empty();
    }

    @Override
    public long raiseSequenceNumber(BlobAddress address, long atLeast, Optional<LeaseId> lease) {
        throw neverCalled();
    }

    @Override
    public Snapshot createSnapshot(BlobAddress address, String name) {
        throw neverCalled();
    }

    @Override
    public Snapshot createSnapshot(BlobAddress address, String name, Map<String, String> metadata) {
        throw neverCalled();
    }

    @Override
    public void setTier(BlobAddress address, String tier) {
        throw neverCalled();
    }

    @Override
    public void setTags(BlobAddress address, Map<String, String> tags, Optional<LeaseId> lease) {
        throw neverCalled();
    }

    @Override
    public Map<String, String> tags(BlobAddress address) {
        throw neverCalled();
    }

    @Override
    public CopyState startCopy(BlobAddress target, CopySource source, Map<String, String> metadata) {
        throw neverCalled();
    }

    @Override
    public boolean abortCopy(BlobAddress target, String copyId) {
        throw neverCalled();
    }

    @Override
    public List<Snapshot> snapshots(BlobAddress address) {
        throw neverCalled();
    }

    @Override
    public boolean deleteSnapshot(BlobAddress address, SnapshotId snapshot) {
        throw neverCalled();
    }

    @Override
    public Page<PageRange> pageRanges(BlobAddress address, RangeQuery query) {
        throw neverCalled();
    }

    @Override
    public Page<PageRange> pageRangesSince(BlobAddress address, SnapshotId since, RangeQuery query) {
        throw neverCalled();
    }

    @Override
    public Credentials.Sas grant(BlobAddress address, Optional<SnapshotId> snapshot, BlobAccess access, Duration validFor) {
        throw neverCalled();
    }

    private void lease(BlobAddress address, Optional<LeaseHolder> holder) {
        Blob blob = find(address);
        blobs.put(address.toString(), new Blob(blob.bytes, blob.format, holder, true, blob.version + 1));
    }

    private static AssertionError neverCalled() {
        return new AssertionError("this program doesn't use that part of the store: give this fake the call before using it");
    }

    private void call(String what) {
        calls.add(what);
        if (failure != null) {
            throw failure;
        }
    }

    private Blob find(BlobAddress address) {
        if (failure != null) {
            throw failure;
        }
        requireContainer(address.container());
        Blob blob = blobs.get(address.toString());
        if (blob == null) {
            throw Refusals.noBlob();
        }
        return blob;
    }

    private void requireContainer(ContainerName container) {
        if (!containers.contains(container.value())) {
            throw Refusals.noContainer();
        }
    }
}
