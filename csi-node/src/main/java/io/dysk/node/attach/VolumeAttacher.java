package io.dysk.node.attach;

import io.dysk.kernel.AttachRequest;
import io.dysk.kernel.Attachment;
import io.dysk.kernel.BlobEndpoint;
import io.dysk.kernel.DeviceInfo;
import io.dysk.kernel.DeviceNode;
import io.dysk.kernel.DeviceState;
import io.dysk.kernel.DyskControl;
import io.dysk.kernel.DyskException;
import io.dysk.kernel.MountEntry;
import io.dysk.kernel.Reason;
import io.dysk.node.credential.CredentialRenewal;
import io.dysk.node.credential.Credentials;
import io.dysk.node.credential.Grant;
import io.dysk.node.credential.Wanted;
import io.dysk.node.device.DeviceUses;
import io.dysk.node.device.VolumeDevices;
import io.dysk.node.step.StageStep;
import io.dysk.node.system.MountPoints;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.step.Steps;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Makes sure that a volume's device is there: takes the one that is, if it is what is asked for, or attaches one.
 *
 * <p>Safe for use by many threads, for different volumes at the same time.
 */
public final class VolumeAttacher {
    private final DyskControl control;
    private final VolumeDevices devices;
    private final AttachLimit limit;
    private final MountPoints mounts;
    private final Credentials credentials;
    private final CredentialRenewal renewal;
    private final NodeWait wait;

    public VolumeAttacher(DyskControl control, VolumeDevices devices, AttachLimit limit, MountPoints mounts, Credentials credentials,
            CredentialRenewal renewal, NodeWait wait) {
        this.control = control;
        this.devices = devices;
        this.limit = limit;
        this.mounts = mounts;
        this.credentials = credentials;
        this.renewal = renewal;
        this.wait = wait;
    }

    /**
     * The volume's device, usable. Blocks for as long as the network takes.
     *
     * @throws RpcFailure FAILED_PRECONDITION if another device of the volume is in use, UNAVAILABLE if one is just coming or going
     */
    public DeviceInfo attach(AttachOrder order, Steps steps) {
        Optional<DeviceInfo> present = devices.find(order.volumeId());
        if (present.isPresent()) {
            DeviceInfo device = present.get();
            DeviceState state = device.health().state();
            switch (state) {
                case LIVE, FENCING, HELD -> {
                    if (order.isMetBy(device)) {
                        return usable(device);
                    }
                    requireUnused(device, "is attached otherwise (" + (device.readOnly() ? "read-only" : "for writing") + ")", false);
                    devices.detach(device, false);
                }
                case DEAD -> {
                    requireUnused(device, "is out of service (" + device.health().reason().text() + ")", true);
                    devices.detach(device, true);
                }
                case ATTACHING, REMOVING, UNKNOWN -> throw RpcFailure.unavailable(device.device() + " is " + state.text() + "; try again");
            }
            steps.reached(StageStep.DEAD_DEVICE_DETACHED);
        }
        return attachAnew(order, steps);
    }

    private void requireUnused(DeviceInfo device, String how, boolean orOpen) {
        List<MountEntry> uses = DeviceUses.of(device, mounts.table());
        if (!uses.isEmpty() || orOpen && device.open()) {
            throw RpcFailure.failedPrecondition("its device " + device.device() + " " + how + " and in use "
                    + (uses.isEmpty() ? "by a process" : "at " + DeviceUses.points(uses))
                    + ": stop the pods that use it, so that it is unpublished and unstaged, then try again");
        }
    }

    private DeviceInfo attachAnew(AttachOrder order, Steps steps) {
        Grant grant = credentials.find(new Wanted(order.volumeId(), order.context().account(), order.readOnly()), order.secrets());
        AttachRequest request = request(order, grant);
        Attachment attachment;
        try (AttachLimit.Place _ = limit.take()) {
            attachment = control.attach(request);
        } catch (DyskException e) {
            throw e.reason() == Reason.EXISTS ? elsewhere(order, e) : e;
        }
        steps.reached(StageStep.ATTACHED);
        renewal.attached(attachment.attachId(), grant);
        return usable(control.get(attachment.index()));
    }

    private AttachRequest request(AttachOrder order, Grant grant) {
        BlobEndpoint endpoint = BlobEndpoint.parse(order.context().endpoint());
        try {
            return new AttachRequest(order.blob(), endpoint.resolve(control.version().ipv6()),
                    grant.credential(), order.lease(), order.readOnly(), false, order.context().tailBytes(),
                    VolumeDevices.label(order.volumeId()), order.limits(), Optional.empty());
        } catch (IllegalArgumentException e) {
            throw RpcFailure.invalidArgument(e.getMessage() + "; pass on what ControllerPublishVolume answered");
        }
    }

    private RpcFailure elsewhere(AttachOrder order, DyskException exception) {
        String who = control.list().stream().filter(device -> device.blob().equals(order.blob())).findFirst()
                .map(device -> device.device() + (device.label().isEmpty() ? ", attached by hand" : ", labelled '" + device.label() + "'"))
                .orElse("another device");
        return RpcFailure.of(Status.Code.FAILED_PRECONDITION, "its blob " + order.blob() + " is attached to this machine already: " + who
                + "; detach that one first", exception);
    }

    private DeviceInfo usable(DeviceInfo device) {
        wait.until(device);
        return device;
    }

    /** Waits for a device's node under /dev. */
    @FunctionalInterface
    public interface NodeWait {
        /** @throws RpcFailure if it doesn't come */
        void until(DeviceInfo device);

        /** By looking at /dev. */
        static NodeWait system(Duration limit) {
            return device -> {
                try {
                    if (DeviceNode.await(device.device(), device.number(), limit)) {
                        return;
                    }
                    throw RpcFailure.failedPrecondition("its device " + device.device() + " is attached, but there is no such file here: mount the host's"
                            + " /dev into the node plugin's container");
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw RpcFailure.unavailable("the plugin ends; try again");
                }
            };
        }
    }
}
