package io.dysk.controller.access;

import io.dysk.access.GetVolumeAccessRequest;
import io.dysk.access.GetVolumeAccessResponse;
import io.dysk.access.VolumeAccessGrpc;
import io.dysk.rpc.call.Calls;
import io.grpc.stub.StreamObserver;

/** The VolumeAccess service, for nodes; to be served where only nodes can call it. */
public final class VolumeAccessService extends VolumeAccessGrpc.VolumeAccessImplBase {
    private final GetVolumeAccess access;
    private final Calls calls;

    public VolumeAccessService(GetVolumeAccess access, Calls calls) {
        this.access = access;
        this.calls = calls;
    }

    @Override
    public void getVolumeAccess(GetVolumeAccessRequest request, StreamObserver<GetVolumeAccessResponse> observer) {
        calls.answer(observer, request.getVolumeId().isEmpty() ? "" : "volume " + request.getVolumeId(), () -> access.answer(request));
    }
}
