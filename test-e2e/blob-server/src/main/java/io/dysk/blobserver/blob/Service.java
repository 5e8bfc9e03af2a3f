package io.dysk.blobserver.blob;

import io.dysk.blobserver.auth.Accounts;
import java.net.InetSocketAddress;

/** All operations, for the requests of one connection. */
final class Service {
    private final PageWrites pageWrites;
    private final BlobReads reads;
    private final PageLists pageLists = new PageLists();
    private final BlobLifecycle lifecycle;
    private final PropertyWrites properties;
    private final LeaseOperations leases;
    private final CopyOperations copies;
    private final ContainerOperations containers;
    private final BlobLists lists;

    Service(Store store, Accounts accounts, PendingCopies pending, InetSocketAddress peer) {
        Sources sources = new Sources(store, accounts, peer);
        pageWrites = new PageWrites(sources);
        Tiers tiers = new Tiers(accounts);
        reads = new BlobReads(tiers);
        lifecycle = new BlobLifecycle(store, tiers);
        properties = new PropertyWrites(store, tiers);
        leases = new LeaseOperations(store);
        copies = new CopyOperations(store, sources, lifecycle, tiers, pending);
        containers = new ContainerOperations(store, lifecycle);
        lists = new BlobLists(store, tiers);
    }

    /** Does what a request asks for, if its credentials allow it. */
    void serve(Call call, Stats stats) {
        Operation operation = Operation.of(call.request, call.target());
        stats.count(operation, call.body.remaining());
        call.place.access.check(call.request, operation.permissions(), call.now);
        if (operation.accountWide()) {
            call.place.access.checkAccountWide(call.request);
        }
        run(operation, call);
    }

    private void run(Operation operation, Call call) {
        switch (operation) {
            case GET_BLOB -> reads.getBlob(call);
            case PUT_PAGE -> pageWrites.putPage(call);
            case PUT_PAGE_FROM_URL -> pageWrites.putPageFromUrl(call);
            case GET_BLOB_PROPERTIES -> reads.getProperties(call);
            case GET_BLOB_METADATA -> reads.getMetadata(call);
            case GET_PAGE_RANGES -> pageLists.getPageRanges(call);
            case PUT_BLOB -> lifecycle.putBlob(call);
            case SNAPSHOT_BLOB -> lifecycle.snapshot(call);
            case DELETE_BLOB -> lifecycle.delete(call);
            case SET_BLOB_PROPERTIES -> properties.setProperties(call);
            case SET_BLOB_METADATA -> properties.setMetadata(call);
            case SET_BLOB_TIER -> properties.setTier(call);
            case GET_BLOB_TAGS -> properties.getTags(call);
            case SET_BLOB_TAGS -> properties.setTags(call);
            case LEASE_BLOB -> leases.lease(call);
            case COPY_BLOB -> copies.copy(call);
            case ABORT_COPY -> copies.abort(call);
            case LIST_CONTAINERS -> containers.list(call);
            case CREATE_CONTAINER -> containers.create(call);
            case DELETE_CONTAINER -> containers.delete(call);
            case GET_CONTAINER -> containers.get(call);
            case SET_CONTAINER_METADATA -> containers.setMetadata(call);
            case LIST_BLOBS -> lists.list(call);
        }
    }
}
