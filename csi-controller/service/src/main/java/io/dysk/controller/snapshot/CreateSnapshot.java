package io.dysk.controller.snapshot;

import io.dysk.blob.BlobException;
import io.dysk.blob.DiskFormat;
import io.dysk.blob.PageBlobProperties;
import io.dysk.blob.PageBlobStore;
import io.dysk.controller.account.Accounts;
import io.dysk.controller.list.Sweep;
import io.dysk.controller.step.CreateSnapshotStep;
import io.dysk.controller.volume.Found;
import io.dysk.controller.volume.VolumeId;
import io.dysk.controller.volume.VolumeNotes;
import io.dysk.csi.CreateSnapshotRequest;
import io.dysk.csi.CreateSnapshotResponse;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.call.VolumeLocks;
import io.dysk.rpc.step.StepListener;
import io.dysk.rpc.step.Steps;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/**
 * CreateSnapshot: a snapshot of the volume's blob, which the service makes at once and at one moment. Its name is in its own metadata, so the
 * call can be repeated, by any controller.
 *
 * <p>A name is unique among all snapshots in the source's container, that of deleted volumes too: there a snapshot of that name and another
 * source is found. Containers are the unit in which the service lists; further ones would have to be listed for every snapshot. Safe
 * for use by many threads; calls for one name exclude each other.
 */
public final class CreateSnapshot {
    /** Who asked for it, in Kubernetes; of no use for us, but the snapshotter may add them. */
    private static final Set<String> PARAMETERS = Set.of("csi.storage.k8s.io/volumesnapshot/name", "csi.storage.k8s.io/volumesnapshot/namespace",
            "csi.storage.k8s.io/volumesnapshotcontent/name");

    private static final String ANY_TIME = "2026-11-21T13:43:03.1234567Z";

    private final Accounts accounts;
    private final VolumeLocks locks;
    private final StepListener listener;

    public CreateSnapshot(Accounts accounts, VolumeLocks locks, StepListener listener) {
        this.accounts = accounts;
        this.locks = locks;
        this.listener = listener;
    }

    public CreateSnapshotResponse answer(CreateSnapshotRequest request) {
        SnapshotName name = new SnapshotName(request.getName());
        if (request.getSourceVolumeId().isEmpty()) {
            throw RpcFailure.invalidArgument("the source volume's id is missing");
        }
        request.getParametersMap().keySet().stream().filter(parameter -> !PARAMETERS.contains(parameter)).sorted().findFirst()
                .ifPresent(unknown -> {
                    throw RpcFailure.invalidArgument("parameter '" + unknown + "' of the VolumeSnapshotClass is not known; snapshots have none");
                });
        if (request.hasAccessibilityRequirements()) {
            throw RpcFailure.invalidArgument("accessibility requirements are not possible: a snapshot is where its volume is");
        }
        VolumeId source = VolumeId.require(request.getSourceVolumeId());
        if (source.snapshot().isPresent()) {
            throw RpcFailure.invalidArgument("the source is a snapshot, of which no further snapshot can be made");
        }
        PageBlobStore store = accounts.of(source, request.getSecretsMap());
        try (var _ = locks.take("snapshot " + name.value())) {
            Steps steps = Steps.begin(listener, request.getSourceVolumeId());
            return CreateSnapshotResponse.newBuilder().setSnapshot(make(store, source, name, steps)).build();
        }
    }

    private static io.dysk.csi.Snapshot make(PageBlobStore store, VolumeId source, SnapshotName name, Steps steps) {
        Optional<PageBlobProperties> there = find(store, source, name);
        if (there.isPresent()) {
            if (!there.get().address().equals(source.address())) {
                throw RpcFailure.alreadyExists("a snapshot '" + name.value() + "' is there already, of volume " + source.account() + "/"
                        + there.get().address() + ": choose another name");
            }
            return SnapshotMessages.of(source.withSnapshot(there.get().snapshot().orElseThrow()), there.get().dataBytes());
        }
        Found found = Found.require(store, source);
        if (found.blob().format() == DiskFormat.VHD_INCOMPLETE) {
            throw RpcFailure.failedPrecondition("it is a VHD whose creation or growth was cut short, and a snapshot would stay so: publish or expand"
                    + " the volume first, which completes it");
        }
        requireRoomForId(source);
        var made = cut(store, source, name, found.notes());
        steps.reached(CreateSnapshotStep.CUT);
        return SnapshotMessages.of(source.withSnapshot(made.id()), made.dataBytes());
    }

    private static Optional<PageBlobProperties> find(PageBlobStore store, VolumeId source, SnapshotName name) {
        return Sweep.blobs(store, source.address().container(), true).stream()
                .filter(entry -> entry.snapshot().isPresent() && entry.snapshotName().filter(name.encoded()::equals).isPresent())
                .findFirst();
    }

    private static io.dysk.blob.Snapshot cut(PageBlobStore store, VolumeId source, SnapshotName name, VolumeNotes notes) {
        try {
            return store.createSnapshot(source.address(), name.encoded(), notes.with(VolumeNotes.READERS, ""));
        } catch (BlobException.LimitReached e) {
            throw RpcFailure.resourceExhausted("the storage account allows no further snapshot of it now: " + e.getMessage()
                    + ". Delete snapshots that aren't needed, or try again later");
        }
    }

    private static void requireRoomForId(VolumeId source) {
        if (VolumeId.parse(source + "@" + ANY_TIME).isEmpty()) {
            throw RpcFailure.failedPrecondition("its id has " + source.toString().getBytes(StandardCharsets.UTF_8).length + " bytes, and a snapshot's"
                    + " id, which has a time behind it, would be longer than CSI allows: copy the blob to one with a shorter name, and use that");
        }
    }
}
