package io.dysk.controller.publish;

import io.dysk.blob.BlobException;
import io.dysk.blob.DiskFormat;
import io.dysk.blob.LeaseHolder;
import io.dysk.blob.PageBlobProperties;
import io.dysk.blob.PageBlobStore;
import io.dysk.blob.Resize;
import io.dysk.controller.account.Accounts;
import io.dysk.controller.account.CallTime;
import io.dysk.controller.step.PublishVolumeStep;
import io.dysk.controller.volume.VolumeId;
import io.dysk.csi.ControllerPublishVolumeRequest;
import io.dysk.csi.ControllerPublishVolumeResponse;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.call.VolumeLocks;
import io.dysk.rpc.contract.NodeId;
import io.dysk.rpc.contract.PublishContext;
import io.dysk.rpc.step.StepListener;
import io.dysk.rpc.step.Steps;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * ControllerPublishVolume: leases the volume's blob for a node. Nothing is stored but the lease and a note of its holder, and the lease's id
 * follows from volume and node; so the call can be repeated at any time, by any controller.
 *
 * <p>A writer has a lease of its own. Readers share one, and are listed in the metadata. A snapshot can't change, so its readers need
 * neither. Safe for use by many threads: calls for one node and volume exclude each other, all others are kept apart by the lease.
 */
public final class PublishVolume {
    /** Others may come and go while a reader is listed; each round one of them was quicker. */
    private static final int ROUNDS = 5;

    private final Accounts accounts;
    private final VolumeLocks locks;
    private final GivenUpNodes givenUp;
    private final DataPath dataPath;
    private final Contention contention;
    private final StepListener listener;

    /** For ControllerPublishVolume. */
    public PublishVolume(Accounts accounts, VolumeLocks locks, GivenUpNodes givenUp, DataPath dataPath, StepListener listener) {
        this(accounts, locks, givenUp, dataPath, Contention.REFUSED, listener);
    }

    /** @param contention what is done about other nodes */
    public PublishVolume(Accounts accounts, VolumeLocks locks, GivenUpNodes givenUp, DataPath dataPath, Contention contention, StepListener listener) {
        this.accounts = accounts;
        this.locks = locks;
        this.givenUp = givenUp;
        this.dataPath = dataPath;
        this.contention = contention;
        this.listener = listener;
    }

    public ControllerPublishVolumeResponse answer(ControllerPublishVolumeRequest request) {
        if (request.getVolumeId().isEmpty()) {
            throw RpcFailure.invalidArgument("the volume id is missing");
        }
        if (request.getNodeId().isEmpty()) {
            throw RpcFailure.invalidArgument("the node id is missing");
        }
        if (!request.hasVolumeCapability()) {
            throw RpcFailure.invalidArgument("the volume capability is missing");
        }
        PublishMode mode = PublishMode.of(request.getVolumeCapability(), request.getReadonly());
        VolumeId volume = VolumeId.require(request.getVolumeId());
        String node = NodeId.parse(request.getNodeId()).toString();
        PageBlobStore store = accounts.of(volume, request.getSecretsMap());
        String url = dataPath.url(store.endpoint());
        PublishContext context;
        if (volume.snapshot().isPresent()) {
            context = snapshot(store, volume, mode, url);
        } else {
            try (var _ = locks.take(lockKey(volume, node))) {
                Publication publication = new Publication(store, volume, node, Steps.begin(listener, request.getVolumeId()));
                context = mode == PublishMode.WRITER ? publication.forWriting(url) : publication.forReading(url);
                givenUp.forget(volume, node);
            }
        }
        return ControllerPublishVolumeResponse.newBuilder().putAllPublishContext(context.toMap()).build();
    }

    /** One call at a time for a volume on a node. */
    static String lockKey(VolumeId volume, String node) {
        return volume.leaseName() + " on " + node;
    }

    private static PublishContext snapshot(PageBlobStore store, VolumeId volume, PublishMode mode, String url) {
        if (mode == PublishMode.WRITER) {
            throw RpcFailure.invalidArgument("it is a snapshot, which can't be written: publish it read-only, or restore it to a new volume");
        }
        PageBlobProperties seen = store.properties(volume.address(), volume.snapshot().orElseThrow());
        if (seen.format() == DiskFormat.VHD_INCOMPLETE) {
            throw RpcFailure.failedPrecondition("it is a snapshot of a VHD whose creation or growth was not complete: its size can't be told."
                    + " Make a snapshot of the volume as it is now");
        }
        return context(volume, url, seen, Optional.empty(), OptionalLong.empty());
    }

    private static PublishContext context(VolumeId volume, String url, PageBlobProperties blob, Optional<LeaseHolder> writer, OptionalLong blankAt) {
        return new PublishContext(url, volume.account().value(), volume.address().container().value(), volume.address().blob().value(),
                volume.snapshot().map(id -> id.value()), writer.map(holder -> holder.lease().toString()), blob.blobBytes() - blob.dataBytes(), blankAt);
    }

    /** One volume on its way to one node. */
    private final class Publication {
        private PageBlobStore store;
        private final VolumeId volume;
        private final String node;
        private final Queue queue;
        private final Steps steps;

        Publication(PageBlobStore store, VolumeId volume, String node, Steps steps) {
            this.store = store;
            this.volume = volume;
            this.node = node;
            this.queue = new Queue(volume, Optional.of(node), contention);
            this.steps = steps;
        }

        PublishContext forWriting(String url) {
            LeaseHolder writer = Placement.writer(volume, node);
            PageBlobProperties blob = fit(lease(writer), writer, () -> store.releaseLease(volume.address(), writer.lease()));
            return context(volume, url, blob, Optional.of(writer), BlankCheck.blankAt(store, blob));
        }

        PublishContext forReading(String url) {
            LeaseHolder shared = Placement.readers(volume);
            Readers readers = new Readers(store, volume);
            for (int round = 1; ; round++) {
                try {
                    PageBlobProperties blob = fit(lease(shared), shared, () -> readers.releaseIfNone());
                    if (!Readers.listed(blob, node) && readers.add(node)) {
                        steps.reached(PublishVolumeStep.NOTED);
                    }
                    return context(volume, url, blob, Optional.empty(), OptionalLong.empty());
                } catch (BlobException.LeaseLost | BlobException.LeaseHeld e) {
                    // The last of the others has just gone, and gave the lease back, maybe before its holder was noted; maybe a writer has it
                    // by now.
                    if (round == ROUNDS) {
                        throw e;
                    }
                }
            }
        }

        private PageBlobProperties lease(LeaseHolder holder) {
            for (int fences = 0; ; ) {
                try {
                    return acquire(holder);
                } catch (BlobException.LeaseHeld held) {
                    if (fences < ROUNDS && new Fence(store, volume, givenUp, queue, steps).handOver(node, holder, held)) {
                        fences++;
                        continue;
                    }
                    queue.waitOr(held.holder(), () -> Refusal.of(store, volume, node, held));
                    store = store.within(CallTime.left());
                } catch (BlobException.Conflict e) {
                    throw Refusal.of(store.properties(volume.address())).orElseThrow(() -> e);
                }
            }
        }

        private PageBlobProperties acquire(LeaseHolder holder) {
            PageBlobProperties blob = store.acquireLease(volume.address(), holder);
            steps.reached(PublishVolumeStep.LEASED);
            return blob;
        }

        /** The blob, fit for use: a VHD is completed; anything else that is wrong gives the lease back. */
        private PageBlobProperties fit(PageBlobProperties blob, LeaseHolder holder, Runnable giveBack) {
            Optional<RpcFailure> unfit = Refusal.of(blob);
            if (unfit.isPresent()) {
                giveBack.run();
                throw unfit.get();
            }
            if (blob.format() != DiskFormat.VHD_INCOMPLETE) {
                return blob;
            }
            PageBlobProperties whole = store.resize(volume.address(), Resize.growTo(blob.dataBytes()).under(holder.lease()));
            steps.reached(PublishVolumeStep.COMPLETED);
            return whole;
        }
    }
}
