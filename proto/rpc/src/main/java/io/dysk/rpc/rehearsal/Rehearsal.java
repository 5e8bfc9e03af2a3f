package io.dysk.rpc.rehearsal;

import static io.grpc.stub.ClientCalls.blockingUnaryCall;

import io.dysk.csi.CapacityRange;
import io.dysk.csi.ControllerGetCapabilitiesRequest;
import io.dysk.csi.ControllerGrpc;
import io.dysk.csi.ControllerPublishVolumeRequest;
import io.dysk.csi.CreateVolumeRequest;
import io.dysk.csi.GetPluginCapabilitiesRequest;
import io.dysk.csi.GetPluginInfoRequest;
import io.dysk.csi.IdentityGrpc;
import io.dysk.csi.NodeGetCapabilitiesRequest;
import io.dysk.csi.NodeGetInfoRequest;
import io.dysk.csi.NodeGrpc;
import io.dysk.csi.NodeStageVolumeRequest;
import io.dysk.csi.ProbeRequest;
import io.dysk.csi.VolumeCapability;
import io.dysk.rpc.server.SocketChannels;
import io.dysk.rpc.server.SocketPath;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Calls a CSI program until it has loaded what it needs for its daily work; what it loaded can then be kept in a cache for its next
 * start. Changes nothing: the calls that would are sent without what they need, or with an account that refuses everything.
 */
public final class Rehearsal {
    private static final int ROUNDS = 20;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final VolumeCapability FILE_SYSTEM = VolumeCapability.newBuilder().setMount(VolumeCapability.MountVolume.getDefaultInstance())
            .setAccessMode(VolumeCapability.AccessMode.newBuilder().setMode(VolumeCapability.AccessMode.Mode.SINGLE_NODE_WRITER)).build();

    private Rehearsal() {}

    /** @param arguments the program's endpoint */
    public static void main(String[] arguments) {
        if (arguments.length != 1) {
            System.err.println("usage: Rehearsal ENDPOINT");
            System.exit(2);
        }
        try (RefusingAccount account = RefusingAccount.start(); SocketChannels channels = SocketChannels.open(SocketPath.parse(arguments[0]))) {
            for (int i = 0; i < ROUNDS; i++) {
                round(channels.channel(), account);
            }
        } catch (IOException e) {
            System.err.println("Rehearsal: " + e.getMessage());
            System.exit(1);
        }
    }

    private static void round(Channel channel, RefusingAccount account) {
        ask(channel, IdentityGrpc.getProbeMethod(), ProbeRequest.getDefaultInstance());
        ask(channel, IdentityGrpc.getGetPluginInfoMethod(), GetPluginInfoRequest.getDefaultInstance());
        ask(channel, IdentityGrpc.getGetPluginCapabilitiesMethod(), GetPluginCapabilitiesRequest.getDefaultInstance());
        ask(channel, NodeGrpc.getNodeGetInfoMethod(), NodeGetInfoRequest.getDefaultInstance());
        ask(channel, NodeGrpc.getNodeGetCapabilitiesMethod(), NodeGetCapabilitiesRequest.getDefaultInstance());
        ask(channel, NodeGrpc.getNodeStageVolumeMethod(), NodeStageVolumeRequest.getDefaultInstance());
        ask(channel, ControllerGrpc.getControllerGetCapabilitiesMethod(), ControllerGetCapabilitiesRequest.getDefaultInstance());
        ask(channel, ControllerGrpc.getCreateVolumeMethod(), CreateVolumeRequest.newBuilder().setName("rehearsal").addVolumeCapabilities(FILE_SYSTEM)
                .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(1 << 30)).putAllSecrets(account.secret()).build());
        ask(channel, ControllerGrpc.getControllerPublishVolumeMethod(), ControllerPublishVolumeRequest.newBuilder().setVolumeId(account.volume())
                .setNodeId("rehearsal").setVolumeCapability(FILE_SYSTEM).putAllSecrets(account.secret()).build());
    }

    private static <Q, R> void ask(Channel channel, MethodDescriptor<Q, R> method, Q request) {
        try {
            blockingUnaryCall(channel, method, CallOptions.DEFAULT.withWaitForReady().withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS), request);
        } catch (StatusRuntimeException e) {
            switch (e.getStatus().getCode()) {
                // Nobody answers at all.
                case UNAVAILABLE, DEADLINE_EXCEEDED -> throw e;
                default -> { }
            }
        }
    }
}
