package io.dysk.controller.volume;

import io.dysk.blob.BlobAddress;
import io.dysk.blob.BlobException;
import io.dysk.blob.ContainerName;
import io.dysk.blob.CopySource;
import io.dysk.blob.DiskFormat;
import io.dysk.blob.NewPageBlob;
import io.dysk.blob.PageBlobProperties;
import io.dysk.blob.PageBlobStore;
import io.dysk.blob.Snapshot;
import io.dysk.blob.SnapshotId;
import io.dysk.controller.account.Accounts;
import io.dysk.controller.step.CreateVolumeStep;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.step.Steps;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Makes the blob of a new volume: empty, or as a copy that the service then makes. */
final class VolumeMaker {
    /** The service may read the source of another account for so long; longer than any copy. */
    private static final Duration COPY_TIME = Duration.ofDays(5);

    private final Accounts accounts;
    /** Containers that are there and marked, as far as was seen. */
    private final Set<String> ready = ConcurrentHashMap.newKeySet();

    VolumeMaker(Accounts accounts) {
        this.accounts = accounts;
    }

    /**
     * What a volume is to be copied from.
     *
     * @param blob as it is now
     */
    record Source(PageBlobStore store, VolumeId id, PageBlobProperties blob) {
        boolean vhd() {
            return blob.format() != DiskFormat.RAW;
        }
    }

    /** @throws RpcFailure NOT_FOUND if it isn't there, or deleted */
    Source source(ContentSource source, Map<String, String> secrets) {
        VolumeId id = source.id();
        try {
            Found found = Found.require(accounts.of(id, secrets), id);
            return new Source(found.store(), id, found.blob());
        } catch (BlobException.NotFound e) {
            throw RpcFailure.notFound((id.snapshot().isPresent() ? "the snapshot " : "the volume ") + id + " to make it from isn't there");
        } catch (RpcFailure e) {
            throw RpcFailure.of(e.code(), "the volume " + id + " to make it from: " + e.getMessage(), e);
        }
    }

    /**
     * Makes the blob, if there is none of that name.
     *
     * @param rivals whether it may be made in another account at the same moment, so that it is to be marked as incomplete in any case
     * @throws BlobException.AlreadyExists if there is one
     */
    void make(PageBlobStore store, VolumeId target, Blueprint blueprint, boolean rivals, Optional<Source> source, Steps steps) {
        try {
            prepare(store, target.address().container(), steps);
            blob(store, target, blueprint, rivals, source, steps);
        } catch (BlobException.NotFound e) {
            if (e.missing() == BlobException.NotFound.Missing.CONTAINER && ready.remove(key(store, target.address().container()))) {
                prepare(store, target.address().container(), steps);
                blob(store, target, blueprint, rivals, source, steps);
            } else {
                throw e;
            }
        }
    }

    private void blob(PageBlobStore store, VolumeId target, Blueprint blueprint, boolean rivals, Optional<Source> source, Steps steps) {
        if (source.isPresent()) {
            copy(store, target, blueprint, source.get(), steps);
        } else {
            empty(store, target.address(), blueprint, rivals, steps);
        }
    }

    private void empty(PageBlobStore store, BlobAddress address, Blueprint blueprint, boolean rivals, Steps steps) {
        boolean vhd = blueprint.parameters().vhd();
        long bytes = VolumeSize.of(vhd).ofNew(blueprint.range());
        Map<String, String> notes = blueprint.notes();
        boolean more = rivals || vhd || blueprint.parameters().get(VolumeParameter.TIER).isPresent() || blueprint.parameters().get(VolumeParameter.TAGS).isPresent();
        store.create(address, new NewPageBlob(bytes, vhd, more ? incomplete(notes, bytes) : notes));
        steps.reached(CreateVolumeStep.BLOB_MADE);
    }

    private void copy(PageBlobStore store, VolumeId target, Blueprint blueprint, Source source, Steps steps) {
        long bytes = VolumeSize.of(source.vhd()).ofCopy(source.blob().dataBytes(), blueprint.range());
        CloneHold hold = new CloneHold(source.store(), source.id(), target);
        Optional<SnapshotId> snapshot = source.id().snapshot();
        if (snapshot.isEmpty()) {
            Snapshot held = hold.take();
            steps.reached(CreateVolumeStep.SOURCE_HELD);
            snapshot = Optional.of(held.id());
            bytes = Math.max(bytes, held.dataBytes());
        }
        try {
            store.startCopy(target.address(), from(store, source, snapshot.get()), incomplete(blueprint.notes(), bytes));
        } catch (BlobException.Unavailable e) {
            throw e; // it may have begun
        } catch (BlobException e) {
            if (source.id().snapshot().isEmpty() && !(e instanceof BlobException.AlreadyExists)) {
                hold.release();
            }
            throw e;
        }
        steps.reached(CreateVolumeStep.COPY_STARTED);
    }

    private static CopySource from(PageBlobStore store, Source source, SnapshotId snapshot) {
        return store.endpoint().equals(source.store().endpoint())
                ? CopySource.ofSnapshot(source.id().address(), snapshot)
                : CopySource.ofOtherAccount(source.store(), source.id().address(), Optional.of(snapshot), COPY_TIME);
    }

    private static Map<String, String> incomplete(Map<String, String> notes, long bytes) {
        Map<String, String> all = new TreeMap<>(notes);
        all.put(VolumeNotes.INCOMPLETE, Long.toString(bytes));
        return all;
    }

    private void prepare(PageBlobStore store, ContainerName container, Steps steps) {
        if (ready.contains(key(store, container))) {
            return;
        }
        store.createContainer(container);
        steps.reached(CreateVolumeStep.CONTAINER_READY);
        ready.add(key(store, container));
    }

    private static String key(PageBlobStore store, ContainerName container) {
        return store.endpoint().url() + "/" + container;
    }
}
