package io.dysk.ctl;

import io.dysk.blob.LeaseId;
import io.dysk.blob.PageBlobProperties;
import io.dysk.blob.Resize;
import io.dysk.kernel.DeviceInfo;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "resize", description = "Grow a blob, and the device if it is attached here.", footer = {
    "Without SIZE an attached device takes over the size that its blob has by now; this needs no credentials. A VHD must",
    "be detached first, since its footer moves. The file system is grown afterwards, with resize2fs or xfs_growfs.",
    "",
    "Examples:",
    "  dyskctl resize disks/db1 200GiB && resize2fs /dev/dysk0",
    "  dyskctl resize /dev/dysk0"})
final class ResizeCommand implements Callable<ExitCode> {

    @Parameters(index = "0", paramLabel = "TARGET", description = Targets.HELP)
    private String target;

    @Parameters(index = "1", arity = "0..1", paramLabel = "SIZE", description = "The new size, such as 200GiB.")
    private String size;

    @Option(names = "--node", paramLabel = "NAME",
            description = "Whose lease it is, if the blob is leased but not attached (default: this machine's host name).")
    private String node;

    @Mixin
    private final AccountOptions accounts = new AccountOptions();

    @Mixin
    private final OutputOption output = new OutputOption();

    private final Surroundings surroundings;

    ResizeCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public ExitCode call() {
        Optional<Long> wanted = Optional.ofNullable(size).map(Sizes::parse);
        Targets targets = new Targets(surroundings);
        Optional<DeviceInfo> device =
                wanted.isPresent() ? targets.attachedIfModule(target) : targets.attached(target);
        if (wanted.isEmpty() && device.isEmpty()) {
            throw CtlException.usage(target + " is not attached here: to change the blob, say which SIZE");
        }
        wanted.ifPresent(bytes -> resizeBlob(device, bytes));
        long bytes = device.map(d -> surroundings.dysk().resize(d.index(), d.attachId())).orElseGet(wanted::get);
        output.print(surroundings.out(), () -> json(device, bytes), () -> text(device, bytes));
        return ExitCode.OK;
    }

    private void resizeBlob(Optional<DeviceInfo> device, long bytes) {
        NamedBlob blob = device.map(d -> accounts.blobOf(surroundings, d))
                .orElseGet(() -> accounts.blob(surroundings, target));
        if (blob.snapshot().isPresent()) {
            throw CtlException.usage("a snapshot can't be resized");
        }
        Optional<LeaseId> lease = device.map(d -> d.leaseId().map(LeaseId::parse)).orElseGet(() -> ownLease(blob));
        Resize growth = Resize.growTo(bytes);
        PageBlobProperties grown =
                surroundings.stores().apply(blob.account()).resize(blob.address(), lease.map(growth::under).orElse(growth));
        if (grown.dataBytes() != bytes) {
            throw new CtlException(ExitCode.FAILED, blob + " has " + grown.dataBytes() + " bytes instead of " + bytes);
        }
    }

    /** After a crash or with --keep-lease, this node may hold the lease without a device. */
    private Optional<LeaseId> ownLease(NamedBlob blob) {
        String name = node != null ? node : surroundings.machine().hostName();
        LeaseId own = LeaseId.ofWriter(blob.volumeId(), name);
        return surroundings.stores().apply(blob.account()).leaseHolder(blob.address())
                .filter(holder -> holder.lease().equals(own))
                .map(holder -> own);
    }

    private Map<String, Object> json(Optional<DeviceInfo> device, long bytes) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("device", device.map(DeviceInfo::device));
        json.put("capacityBytes", bytes);
        return json;
    }

    private String text(Optional<DeviceInfo> device, long bytes) {
        return device.map(d -> d.device().toString()).orElse(target) + ": " + Sizes.format(bytes);
    }
}
