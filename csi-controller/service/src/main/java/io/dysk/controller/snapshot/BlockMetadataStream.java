package io.dysk.controller.snapshot;

import io.dysk.blob.BlobException;
import io.dysk.blob.DiskFormat;
import io.dysk.blob.PageRange;
import io.dysk.blob.SnapshotId;
import io.dysk.controller.account.Accounts;
import io.dysk.csi.BlockMetadata;
import io.dysk.rpc.call.RpcFailure;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Block metadata of a snapshot in messages of bounded size. Of variable length: that is how the service tells them, and a whole disk
 * that was written once is one tuple and not millions.
 *
 * <p>Nothing is kept between calls: a call that goes on at an offset asks the service from there.
 */
final class BlockMetadataStream {
    /** Some 200 KB of message, and as many as one request to the service gives. */
    private static final int MOST_RESULTS = 10_000;

    private final SnapshotLookup lookup;

    BlockMetadataStream(Accounts accounts) {
        lookup = new SnapshotLookup(accounts);
    }

    /** Takes a message's worth. */
    interface Sink {
        /** @param capacity size of the volume in the snapshot */
        void send(long capacity, List<BlockMetadata> blocks);
    }

    /**
     * Which blocks to tell.
     *
     * @param base the snapshot against which they changed; empty: those that are written
     */
    record Question(Optional<String> base, String target, long startingOffset, int maxResults, Map<String, String> secrets) {}

    void answer(Question question, Sink sink) {
        if (question.target().isEmpty() || question.base().filter(String::isEmpty).isPresent()) {
            throw RpcFailure.invalidArgument("a snapshot id is missing");
        }
        if (question.maxResults() < 0) {
            throw RpcFailure.invalidArgument("the number of results is negative");
        }
        if (question.startingOffset() < 0) {
            throw RpcFailure.outOfRange("the starting offset is negative");
        }
        SnapshotLookup.Found target = lookup.require(question.target(), question.secrets());
        Optional<SnapshotId> base = question.base().map(id -> base(lookup.require(id, question.secrets()), target));
        if (target.blob().format() == DiskFormat.VHD_INCOMPLETE) {
            throw RpcFailure.failedPrecondition("it is a snapshot of a VHD whose creation or growth was not complete; make a full backup of a later"
                    + " snapshot");
        }
        long capacity = target.blob().dataBytes();
        if (question.startingOffset() > capacity) {
            throw RpcFailure.outOfRange("the starting offset " + question.startingOffset() + " is beyond the end of the volume, which has " + capacity
                    + " bytes");
        }
        boolean same = base.equals(target.id().snapshot());
        Ranges ranges = new Ranges(target.store(), target.id(), base, question.startingOffset(), same ? 0 : capacity);
        try {
            send(ranges, capacity, question.maxResults() == 0 ? MOST_RESULTS : Math.min(question.maxResults(), MOST_RESULTS), sink);
        } catch (BlobException.Conflict e) {
            throw RpcFailure.failedPrecondition("what changed between the two can't be told, since the blob was replaced as a whole in between:"
                    + " make a full backup");
        }
    }

    private static SnapshotId base(SnapshotLookup.Found base, SnapshotLookup.Found target) {
        if (!base.id().withoutSnapshot().leaseName().equals(target.id().withoutSnapshot().leaseName())) {
            throw RpcFailure.invalidArgument("the base snapshot is of another volume: changes can be told between snapshots of one volume");
        }
        SnapshotId since = base.id().snapshot().orElseThrow();
        if (since.compareTo(target.id().snapshot().orElseThrow()) > 0) {
            throw RpcFailure.invalidArgument("the base snapshot is younger than the target: give them the other way round");
        }
        return since;
    }

    private static void send(Ranges ranges, long capacity, int most, Sink sink) {
        boolean sent = false;
        for (Optional<List<PageRange>> some = ranges.next(); some.isPresent(); some = ranges.next()) {
            List<BlockMetadata> blocks = some.get().stream().map(BlockMetadataStream::block).toList();
            for (int from = 0; from < blocks.size(); from += most) {
                sink.send(capacity, blocks.subList(from, Math.min(from + most, blocks.size())));
                sent = true;
            }
        }
        if (!sent) {
            sink.send(capacity, List.of()); // so that the capacity is known
        }
    }

    private static BlockMetadata block(PageRange range) {
        return BlockMetadata.newBuilder().setByteOffset(range.offsetBytes()).setSizeBytes(range.lengthBytes()).build();
    }
}
