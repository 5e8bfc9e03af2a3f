package io.dysk.controller.volume;

import io.dysk.blob.CopyState;
import io.dysk.blob.DiskFormat;
import io.dysk.blob.PageBlobProperties;
import io.dysk.blob.PageBlobStore;
import io.dysk.blob.Resize;
import io.dysk.controller.account.Accounts;
import io.dysk.controller.step.CreateVolumeStep;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.step.Steps;
import java.util.Map;
import java.util.Optional;

/**
 * Brings a volume that is being made to its end, from wherever an earlier call was cut off. Its blob's note {@link
 * VolumeNotes#INCOMPLETE} goes last.
 */
final class Completion {
    private final Accounts accounts;

    Completion(Accounts accounts) {
        this.accounts = accounts;
    }

    /**
     * Completes it.
     *
     * @return empty if its copy failed: what was there is gone, and it is to be made anew
     */
    Optional<Found> of(Found found, VolumeParameters parameters, Map<String, String> secrets, Steps steps) {
        if (found.notes().incomplete().isEmpty()) {
            return Optional.of(found);
        }
        PageBlobStore store = found.store();
        PageBlobProperties blob = found.blob();
        if (blob.copy().isPresent()) {
            blob = new CopyProgress(found.id()).await(found);
            CopyState copy = blob.copy().orElseThrow();
            if (copy.status() != CopyState.Status.SUCCESS) {
                new HalfMade(store).remove(blob);
                steps.reached(CreateVolumeStep.FAILED_COPY_REMOVED);
                return Optional.empty();
            }
            steps.reached(CreateVolumeStep.COPIED);
        }
        long wanted = found.notes().incomplete().getAsLong();
        if (blob.dataBytes() < wanted || blob.format() == DiskFormat.VHD_INCOMPLETE) {
            blob = store.resize(blob.address(), Resize.growTo(Math.max(wanted, blob.dataBytes())));
            steps.reached(CreateVolumeStep.RESIZED);
        }
        Optional<String> tier = parameters.get(VolumeParameter.TIER);
        if (tier.isPresent() && !blob.tier().equals(tier)) {
            store.setTier(blob.address(), tier.get());
            steps.reached(CreateVolumeStep.TIER_SET);
        }
        Map<String, String> tags = parameters.tags();
        if (!tags.isEmpty()) {
            store.setTags(blob.address(), tags, Optional.empty());
            steps.reached(CreateVolumeStep.TAGS_SET);
        }
        if (releaseHold(found, secrets)) {
            steps.reached(CreateVolumeStep.SOURCE_RELEASED);
        }
        blob = store.setMetadata(blob.address(), VolumeNotes.of(blob).with(VolumeNotes.INCOMPLETE, ""), Optional.empty());
        steps.reached(CreateVolumeStep.COMPLETED);
        return Optional.of(new Found(store, found.id(), blob));
    }

    /**
     * Lets go of the volume that it is cloned from.
     *
     * @return whether it was held
     */
    boolean releaseHold(Found target, Map<String, String> secrets) {
        Optional<VolumeId> source = CloneHold.sourceOf(target.notes());
        if (source.isEmpty()) {
            return false;
        }
        try {
            return new CloneHold(accounts.of(source.get(), secrets), source.get(), target.id()).release();
        } catch (RpcFailure e) {
            return switch (e.code()) {
                case UNAUTHENTICATED, INVALID_ARGUMENT -> false; // an account that nobody can open any more
                default -> throw e;
            };
        }
    }
}
