package io.dysk.controller;

import io.dysk.csi.ControllerExpandVolumeRequest;
import io.dysk.csi.ControllerExpandVolumeResponse;
import io.dysk.csi.ControllerGetCapabilitiesRequest;
import io.dysk.csi.ControllerGetCapabilitiesResponse;
import io.dysk.csi.ControllerGetVolumeRequest;
import io.dysk.csi.ControllerGetVolumeResponse;
import io.dysk.csi.ControllerGrpc;
import io.dysk.csi.ControllerGetVolumeHealthRequest;
import io.dysk.csi.ControllerGetVolumeHealthResponse;
import io.dysk.csi.ControllerListVolumeHealthRequest;
import io.dysk.csi.ControllerListVolumeHealthResponse;
import io.dysk.csi.ControllerModifyVolumeRequest;
import io.dysk.csi.ControllerModifyVolumeResponse;
import io.dysk.csi.ControllerPublishVolumeRequest;
import io.dysk.csi.ControllerPublishVolumeResponse;
import io.dysk.csi.ControllerUnpublishVolumeRequest;
import io.dysk.csi.ControllerUnpublishVolumeResponse;
import io.dysk.csi.CreateSnapshotRequest;
import io.dysk.csi.CreateSnapshotResponse;
import io.dysk.csi.CreateVolumeRequest;
import io.dysk.csi.CreateVolumeResponse;
import io.dysk.csi.DeleteSnapshotRequest;
import io.dysk.csi.DeleteSnapshotResponse;
import io.dysk.csi.DeleteVolumeRequest;
import io.dysk.csi.DeleteVolumeResponse;
import io.dysk.csi.GetCapacityRequest;
import io.dysk.csi.GetCapacityResponse;
import io.dysk.csi.GetSnapshotRequest;
import io.dysk.csi.GetSnapshotResponse;
import io.dysk.csi.ListSnapshotsRequest;
import io.dysk.csi.ListSnapshotsResponse;
import io.dysk.csi.ListVolumesRequest;
import io.dysk.csi.ListVolumesResponse;
import io.dysk.csi.ValidateVolumeCapabilitiesRequest;
import io.dysk.csi.ValidateVolumeCapabilitiesResponse;
import io.dysk.rpc.call.Calls;
import io.grpc.stub.StreamObserver;

/** The Controller service of CSI: hands each call to what does its work. */
final class ControllerService extends ControllerGrpc.ControllerImplBase {
    private final ControllerCapabilities capabilities;
    private final ControllerCalls controller;
    private final Calls calls;

    ControllerService(ControllerCapabilities capabilities, ControllerCalls controller, Calls calls) {
        this.capabilities = capabilities;
        this.controller = controller;
        this.calls = calls;
    }

    @Override
    public void createVolume(CreateVolumeRequest request, StreamObserver<CreateVolumeResponse> observer) {
        calls.answer(observer, volume(request.getName()), () -> controller.create().answer(request));
    }

    @Override
    public void deleteVolume(DeleteVolumeRequest request, StreamObserver<DeleteVolumeResponse> observer) {
        calls.answer(observer, volume(request.getVolumeId()), () -> controller.delete().answer(request));
    }

    @Override
    public void controllerPublishVolume(ControllerPublishVolumeRequest request, StreamObserver<ControllerPublishVolumeResponse> observer) {
        calls.answer(observer, volume(request.getVolumeId()), () -> controller.publish().answer(request));
    }

    @Override
    public void controllerUnpublishVolume(ControllerUnpublishVolumeRequest request, StreamObserver<ControllerUnpublishVolumeResponse> observer) {
        calls.answer(observer, volume(request.getVolumeId()), () -> controller.unpublish().answer(request));
    }

    @Override
    public void validateVolumeCapabilities(ValidateVolumeCapabilitiesRequest request, StreamObserver<ValidateVolumeCapabilitiesResponse> observer) {
        calls.answer(observer, volume(request.getVolumeId()), () -> controller.validate().answer(request));
    }

    @Override
    public void listVolumes(ListVolumesRequest request, StreamObserver<ListVolumesResponse> observer) {
        calls.answer(observer, "", () -> controller.list().answer(request));
    }

    @Override
    public void controllerGetVolume(ControllerGetVolumeRequest request, StreamObserver<ControllerGetVolumeResponse> observer) {
        calls.answer(observer, volume(request.getVolumeId()), () -> controller.get().answer(request));
    }

    @Override
    public void controllerGetVolumeHealth(
            ControllerGetVolumeHealthRequest request, StreamObserver<ControllerGetVolumeHealthResponse> observer) {
        calls.answer(observer, volume(request.getVolumeId()), () -> controller.getHealth().answer(request));
    }

    @Override
    public void controllerListVolumeHealth(
            ControllerListVolumeHealthRequest request, StreamObserver<ControllerListVolumeHealthResponse> observer) {
        calls.answer(observer, "", () -> controller.listHealth().answer(request));
    }

    @Override
    public void getCapacity(GetCapacityRequest request, StreamObserver<GetCapacityResponse> observer) {
        calls.answer(observer, "", () -> controller.capacity().answer(request));
    }

    @Override
    public void controllerExpandVolume(ControllerExpandVolumeRequest request, StreamObserver<ControllerExpandVolumeResponse> observer) {
        calls.answer(observer, volume(request.getVolumeId()), () -> controller.expand().answer(request));
    }

    @Override
    public void controllerModifyVolume(ControllerModifyVolumeRequest request, StreamObserver<ControllerModifyVolumeResponse> observer) {
        calls.answer(observer, volume(request.getVolumeId()), () -> controller.modify().answer(request));
    }

    @Override
    public void createSnapshot(CreateSnapshotRequest request, StreamObserver<CreateSnapshotResponse> observer) {
        calls.answer(observer, volume(request.getSourceVolumeId()), () -> controller.createSnapshot().answer(request));
    }

    @Override
    public void deleteSnapshot(DeleteSnapshotRequest request, StreamObserver<DeleteSnapshotResponse> observer) {
        calls.answer(observer, snapshot(request.getSnapshotId()), () -> controller.deleteSnapshot().answer(request));
    }

    @Override
    public void listSnapshots(ListSnapshotsRequest request, StreamObserver<ListSnapshotsResponse> observer) {
        calls.answer(observer, "", () -> controller.listSnapshots().answer(request));
    }

    @Override
    public void getSnapshot(GetSnapshotRequest request, StreamObserver<GetSnapshotResponse> observer) {
        calls.answer(observer, snapshot(request.getSnapshotId()), () -> controller.getSnapshot().answer(request));
    }

    @Override
    public void controllerGetCapabilities(ControllerGetCapabilitiesRequest request, StreamObserver<ControllerGetCapabilitiesResponse> observer) {
        calls.answer(observer, "", capabilities::ofController);
    }

    private static String volume(String id) {
        return id.isEmpty() ? "" : "volume " + id;
    }

    private static String snapshot(String id) {
        return id.isEmpty() ? "" : "snapshot " + id;
    }
}
