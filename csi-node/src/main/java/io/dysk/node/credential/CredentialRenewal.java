package io.dysk.node.credential;

import io.dysk.kernel.Credential;
import io.dysk.kernel.DeviceInfo;
import io.dysk.kernel.DeviceState;
import io.dysk.kernel.DeviceUpdate;
import io.dysk.kernel.DyskControl;
import io.dysk.kernel.KernelException;
import io.dysk.kernel.Reason;
import io.dysk.node.device.VolumeDevices;
import io.dysk.rpc.call.RpcFailure;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * Keeps the credentials of attached devices good while I/O goes on: a SAS is replaced when half of its time is over or the service
 * denies it, a key when its file has changed. A SAS of a device that was attached before the plugin was restarted is asked for anew once,
 * since nobody knows how long it is good; a key only when it is denied.
 * Credentials that came with a call are the caller's own, and left alone.
 *
 * <p>Safe for use by many threads; {@link #look} is for one.
 */
public final class CredentialRenewal {
    private static final Logger LOG = Logger.getLogger(CredentialRenewal.class.getName());

    /** Between looks if nothing is due before. */
    private static final Duration PERIOD = Duration.ofSeconds(30);
    /** After a failure: I/O may wait for it. */
    private static final Duration AGAIN = Duration.ofSeconds(10);

    private final DyskControl control;
    private final VolumeDevices devices;
    private final CredentialSource source;
    private final Clock clock;
    /** By attachment. */
    private final Map<Long, InUse> inUse = new ConcurrentHashMap<>();

    /** What a device has, and since when. */
    private record InUse(Grant grant, Instant since) {
        /** Empty if it has no end, and is asked for with every look: that costs nothing. */
        Optional<Instant> due() {
            return grant.expiresAt().map(end -> since.plus(Duration.between(since, end).dividedBy(2)));
        }

        boolean isDue(Instant now, boolean denied) {
            return !grant.given() && (denied || due().map(then -> !now.isBefore(then)).orElse(true));
        }
    }

    public CredentialRenewal(DyskControl control, VolumeDevices devices, CredentialSource source, Clock clock) {
        this.control = control;
        this.devices = devices;
        this.source = source;
        this.clock = clock;
    }

    /** A device was attached with this. */
    public void attached(long attachId, Grant grant) {
        inUse.put(attachId, new InUse(grant, clock.instant()));
    }

    /**
     * Renews what is due. Failures are logged, and tried again next time.
     *
     * @return how long it has time until the next look
     */
    public Duration look() {
        // Before the list: what is attached after it isn't gone.
        Set<Long> gone = new HashSet<>(inUse.keySet());
        List<DeviceInfo> all;
        try {
            all = devices.all();
        } catch (KernelException e) {
            LOG.log(Level.FINE, "no devices to renew credentials of", e);
            return PERIOD;
        }
        all.forEach(device -> gone.remove(device.attachId()));
        inUse.keySet().removeAll(gone);
        Duration next = PERIOD;
        for (DeviceInfo device : all) {
            InUse present = inUse.get(device.attachId());
            boolean denied = device.health().state() == DeviceState.HELD && device.health().reason() == Reason.DENIED;
            boolean due = present == null ? denied || mayEnd(device) : present.isDue(clock.instant(), denied);
            if (device.health().state() != DeviceState.DEAD && due && !renew(device, Optional.ofNullable(present))) {
                next = AGAIN;
            }
        }
        return Stream.concat(Stream.of(next), inUse.values().stream().flatMap(this::untilDue)).min(Comparator.naturalOrder()).orElseThrow();
    }

    /** A key has no end, and where it came from isn't known any more: one that works is not to be replaced by one that may not. */
    private static boolean mayEnd(DeviceInfo device) {
        return device.credential() != Credential.Kind.SHARED_KEY;
    }

    /** Empty if it was due already, and failed. */
    private Stream<Duration> untilDue(InUse present) {
        return present.due().stream().map(due -> Duration.between(clock.instant(), due)).filter(Duration::isPositive);
    }

    /** @return false if it failed and is to be tried again */
    private boolean renew(DeviceInfo device, Optional<InUse> present) {
        String volumeId = VolumeDevices.volumeId(device);
        try {
            Optional<Grant> grant = source.grant(new Wanted(volumeId, device.blob().account(), device.readOnly()));
            if (grant.isEmpty()) {
                return true;
            }
            boolean same = present.filter(old -> old.grant().secret().equals(grant.get().secret())).isPresent();
            if (!same) {
                control.update(device.index(), device.attachId(), DeviceUpdate.ofCredential(grant.get().credential()));
                LOG.info(() -> "volume " + volumeId + ": " + device.device() + " has new credentials" + grant.get().expiresAt().map(end -> ", good until " + end)
                        .orElse(""));
            }
            attached(device.attachId(), grant.get());
            return true;
        } catch (RpcFailure | KernelException e) {
            LOG.log(Level.WARNING, "volume " + volumeId + ": credentials not renewed, tried again soon: " + e.getMessage());
            return false;
        }
    }
}
