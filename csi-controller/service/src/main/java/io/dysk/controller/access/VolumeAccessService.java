package io.dysk.controller.access;

import io.dysk.access.ClaimVolumeRequest;
import io.dysk.access.ClaimVolumeResponse;
import io.dysk.access.GetVolumeAccessRequest;
import io.dysk.access.GetVolumeAccessResponse;
import io.dysk.access.ReleaseVolumeRequest;
import io.dysk.access.ReleaseVolumeResponse;
import io.dysk.access.VolumeAccessGrpc;
import io.dysk.rpc.call.Calls;
import io.dysk.rpc.call.RpcFailure;
import io.grpc.stub.StreamObserver;
import java.util.Optional;

/** The VolumeAccess service, for nodes; to be served where only nodes can call it. */
public final class VolumeAccessService extends VolumeAccessGrpc.VolumeAccessImplBase {
    private final GetVolumeAccess access;
    private final Optional<VolumeClaims> claims;
    private final Calls calls;

    /** @param claims if nodes may take volumes themselves */
    public VolumeAccessService(GetVolumeAccess access, Optional<VolumeClaims> claims, Calls calls) {
        this.access = access;
        this.claims = claims;
        this.calls = calls;
    }

    @Override
    public void getVolumeAccess(GetVolumeAccessRequest request, StreamObserver<GetVolumeAccessResponse> observer) {
        calls.answer(observer, subject(request.getVolumeId()), () -> access.answer(request));
    }

    @Override
    public void claimVolume(ClaimVolumeRequest request, StreamObserver<ClaimVolumeResponse> observer) {
        calls.answer(observer, subject(request.getVolumeId()), () -> claims().claim(request));
    }

    @Override
    public void releaseVolume(ReleaseVolumeRequest request, StreamObserver<ReleaseVolumeResponse> observer) {
        calls.answer(observer, subject(request.getVolumeId()), () -> claims().release(request));
    }

    private VolumeClaims claims() {
        return claims.orElseThrow(() -> RpcFailure.failedPrecondition("this controller leases volumes for Kubernetes' attacher and not for nodes that"
                + " ask themselves: start it with --serve-claims, or the node plugin without --claim-leases (attach.required of the chart sets both)"));
    }

    private static String subject(String volumeId) {
        return volumeId.isEmpty() ? "" : "volume " + volumeId;
    }
}
