package io.dysk.ctl;

import io.dysk.blob.LeaseId;
import io.dysk.kernel.DeviceInfo;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "detach", description = "Detach a device and release its lease.", footer = {
    "Writes back what is not yet written, then removes the device. Needs the account's credentials to release the",
    "lease, if 'dyskctl attach' took it. For a blob that is not attached here any more (after a crash, say), it only",
    "releases this node's lease.",
    "",
    "Examples:",
    "  umount /mnt && dyskctl detach /dev/dysk0",
    "  dyskctl detach disks/db1.vhd",
    "  dyskctl detach 0 --force --keep-lease"})
final class DetachCommand implements Callable<ExitCode> {

    @Parameters(paramLabel = "TARGET", description = Targets.HELP)
    private String target;

    @Option(names = {"-f", "--force"}, description = "Detach although it is open or the endpoint doesn't answer: pending and"
            + " later I/O fails, data not yet written are lost.")
    private boolean force;

    @Option(names = "--keep-lease", description = "Don't release the lease; no credentials are needed. Attaching again from"
            + " this node takes it over.")
    private boolean keepLease;

    @Option(names = "--node", paramLabel = "NAME",
            description = "Whose lease it is, if the blob is not attached (default: this machine's host name).")
    private String node;

    @Option(names = "--timing", description = "Print how long each step took.")
    private boolean timing;

    @Mixin
    private final AccountOptions accounts = new AccountOptions();

    @Mixin
    private final OutputOption output = new OutputOption();

    private final Surroundings surroundings;
    private final Steps steps;

    DetachCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
        this.steps = new Steps(surroundings.nanoTime());
    }

    @Override
    public ExitCode call() {
        Optional<DeviceInfo> device = new Targets(surroundings).attachedIfModule(target);
        boolean released = device.isPresent() ? detach(device.get()) : releaseOnly();
        steps.mark("total");
        output.print(surroundings.out(), () -> json(device, released), () -> text(device, released));
        return ExitCode.OK;
    }

    private boolean detach(DeviceInfo device) {
        boolean release = !keepLease && device.leaseId().isPresent() && AttachLabel.ours(device.label());
        // Before anything is done, so that a missing key doesn't leave a lease behind.
        Optional<NamedBlob> blob = release ? Optional.of(credentials(device)) : Optional.empty();
        // What was written to the page cache is written back within this call.
        steps.measure("ioctl", () -> surroundings.dysk().detach(device.index(), device.attachId(), force));
        return blob.isPresent() && steps.measure(
                "release", () -> release(blob.get(), LeaseId.parse(device.leaseId().orElseThrow()), device));
    }

    private NamedBlob credentials(DeviceInfo device) {
        try {
            return accounts.blobOf(surroundings, device);
        } catch (CtlException e) {
            throw new CtlException(e.exitCode(), e.getMessage() + ". They are needed to release the lease of "
                    + device.blob() + "; with --keep-lease it stays, and nobody but this node can attach the blob");
        }
    }

    private boolean release(NamedBlob blob, LeaseId lease, DeviceInfo device) {
        try {
            // Somebody on this machine may have attached it again by now, with the same lease.
            boolean inUse = surroundings.dysk().list().stream().anyMatch(d -> d.leaseId().equals(device.leaseId()));
            return !inUse && surroundings.stores().apply(blob.account()).releaseLease(blob.address(), lease);
        } catch (RuntimeException e) {
            Failure failure = Failure.of(e);
            throw new CtlException(failure.exitCode(), device.device() + " is detached, but the lease of " + blob
                    + " was not released: " + failure.message() + ". To release it later: dyskctl detach " + blob.address());
        }
    }

    private boolean releaseOnly() {
        NamedBlob blob = accounts.blob(surroundings, target);
        String name = node != null ? node : surroundings.machine().hostName();
        LeaseId lease = LeaseId.ofWriter(blob.volumeId(), name);
        boolean released = !keepLease && steps.measure(
                "release", () -> surroundings.stores().apply(blob.account()).releaseLease(blob.address(), lease));
        if (!released) {
            throw new CtlException(ExitCode.NOT_FOUND, blob + " is not attached here, and " + name + " holds no lease of it");
        }
        return true;
    }

    private Map<String, Object> json(Optional<DeviceInfo> device, boolean released) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("device", device.map(DeviceInfo::device));
        json.put("detached", device.isPresent());
        json.put("leaseReleased", released);
        json.put("timing", steps.json());
        return json;
    }

    private String text(Optional<DeviceInfo> device, boolean released) {
        String what = device.map(d -> "detached " + d.device() + ": " + d.blob()).orElse(target + " was not attached");
        String line = what + (released ? ", lease released" : "");
        return timing ? line + "\n" + steps : line;
    }
}
