package io.dysk.node.filesystem;

import io.dysk.kernel.DeviceInfo;
import io.dysk.kernel.DeviceStats;
import io.dysk.kernel.DyskControl;
import io.dysk.kernel.OperationStats;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.contract.PublishContext;
import java.util.OptionalLong;

/**
 * The proof that nothing was ever written to a device that looks empty at its edges. The service listed no written page when the volume
 * was published, under this node's lease, at some number of the blob; each attach for writing raises the number's generation by one, and
 * the service refuses writes of every generation but the last. So if the device's generation is the next one, this attachment is the first
 * and only one since; and if it is the same, the service was asked while this attachment was there, as when the node has claimed the volume
 * again. In both cases whatever was written since was written through it. The module's counters say whether anything was.
 */
final class BlankProof {
    private static final int COUNTER_BITS = 20;

    private final DyskControl control;

    BlankProof(DyskControl control) {
        this.control = control;
    }

    /**
     * Returns if nothing was ever written to the device.
     *
     * @throws RpcFailure FAILED_PRECONDITION if it isn't
     */
    void require(DeviceInfo device, PublishContext context) {
        OptionalLong blankAt = context.blankAt();
        if (blankAt.isEmpty()) {
            throw RpcFailure.failedPrecondition("no file system is on it, its beginning and its end are zero, but when it was published the storage"
                    + " service listed written pages, or wasn't asked; so it may hold data and isn't formatted. If it is to be formatted, do that"
                    + " by hand where it is attached as a block device");
        }
        long asked = blankAt.getAsLong() >>> COUNTER_BITS;
        long expected = asked + 1;
        long generation = device.epoch() >>> COUNTER_BITS;
        if (generation != asked && generation != expected) {
            throw RpcFailure.failedPrecondition("it looks empty, and was when it was published, but has been attached since then (generation "
                    + generation + ", expected " + expected + "); so it may hold data and isn't formatted. Delete the pod, so that the volume is"
                    + " unpublished and published again and the storage service is asked anew");
        }
        if (!unwritten(device)) {
            throw RpcFailure.failedPrecondition("no file system is on it, its beginning and its end are zero, but it was written to since it was"
                    + " attached; so it may hold data and isn't formatted. If it does not, delete the pod, so that the volume is unpublished and"
                    + " published again and the storage service is asked anew");
        }
    }

    /** What this plugin writes begins with a mark; so without one it was somebody else, as a pod that had it as a block device. */
    private boolean unwritten(DeviceInfo device) {
        DeviceStats stats = control.stats(device.index(), device.attachId());
        return started(stats.writes()) + started(stats.clears()) == 0;
    }

    private static long started(OperationStats operations) {
        return operations.done() + operations.failed() + operations.retries();
    }
}
