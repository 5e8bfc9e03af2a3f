package io.dysk.rpc.identity;

import com.google.protobuf.BoolValue;
import io.dysk.csi.GetPluginCapabilitiesRequest;
import io.dysk.csi.GetPluginCapabilitiesResponse;
import io.dysk.csi.GetPluginInfoRequest;
import io.dysk.csi.GetPluginInfoResponse;
import io.dysk.csi.IdentityGrpc;
import io.dysk.csi.PluginCapability;
import io.dysk.csi.ProbeRequest;
import io.dysk.csi.ProbeResponse;
import io.dysk.rpc.call.Calls;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** The Identity service of CSI, the same for controller and node. */
public final class IdentityService extends IdentityGrpc.IdentityImplBase {
    /** The driver's name: in StorageClass and CSIDriver. */
    public static final String DRIVER = "csi-dysk";

    private final String version;
    private final List<PluginCapability> capabilities;
    private final Readiness readiness;
    private final Calls calls;

    /**
     * @param version of the driver; not empty
     * @param capabilities the same in controller and node
     */
    public IdentityService(String version, List<PluginCapability> capabilities, Readiness readiness, Calls calls) {
        this.version = version;
        this.capabilities = List.copyOf(capabilities);
        this.readiness = readiness;
        this.calls = calls;
    }

    @Override
    public void getPluginInfo(GetPluginInfoRequest request, StreamObserver<GetPluginInfoResponse> observer) {
        calls.answer(observer, "", () -> GetPluginInfoResponse.newBuilder().setName(DRIVER).setVendorVersion(version).build());
    }

    @Override
    public void getPluginCapabilities(GetPluginCapabilitiesRequest request, StreamObserver<GetPluginCapabilitiesResponse> observer) {
        calls.answer(observer, "", () -> GetPluginCapabilitiesResponse.newBuilder().addAllCapabilities(capabilities).build());
    }

    @Override
    public void probe(ProbeRequest request, StreamObserver<ProbeResponse> observer) {
        calls.answer(observer, "", () -> ProbeResponse.newBuilder().setReady(BoolValue.of(readiness.check())).build());
    }
}
