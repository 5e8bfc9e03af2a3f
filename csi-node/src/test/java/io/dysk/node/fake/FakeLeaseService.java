package io.dysk.node.fake;

import io.dysk.csi.VolumeCapability;
import io.dysk.csi.VolumeCapability.AccessMode.Mode;
import io.dysk.node.lease.LeaseService;
import io.dysk.rpc.call.RpcFailure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/** A controller that leases: what it was asked for, and which volumes this node holds. */
public final class FakeLeaseService implements LeaseService {
    public final List<String> calls = new ArrayList<>();
    public final Set<String> held = new TreeSet<>();
    /** The blob's sequence number, at which nothing was written. */
    public LongSupplier blankAt = () -> 0;
    /** Thrown by the next claim, which leases nothing. */
    public RpcFailure claimFailure;
    /** Thrown by the next claim, which has leased. */
    public RuntimeException claimAnswerLost;
    /** Thrown by the next release, which gives nothing back. */
    public RpcFailure releaseFailure;

    @Override
    public Map<String, String> claim(String volumeId, VolumeCapability capability) {
        boolean readOnly = capability.getAccessMode().getMode() == Mode.MULTI_NODE_READER_ONLY;
        calls.add("claim " + volumeId + (readOnly ? " for reading" : ""));
        if (claimFailure != null) {
            RpcFailure failure = claimFailure;
            claimFailure = null;
            throw failure;
        }
        held.add(volumeId);
        if (claimAnswerLost != null) {
            RuntimeException failure = claimAnswerLost;
            claimAnswerLost = null;
            throw failure;
        }
        Map<String, String> context = new HashMap<>(FakeNode.context(volumeId.substring(volumeId.lastIndexOf('/') + 1), !readOnly));
        context.put("blankAt", Long.toString(blankAt.getAsLong()));
        return context;
    }

    @Override
    public void release(String volumeId) {
        calls.add("release " + volumeId);
        if (releaseFailure != null) {
            RpcFailure failure = releaseFailure;
            releaseFailure = null;
            throw failure;
        }
        held.remove(volumeId);
    }
}
