package io.dysk.ctl;

import io.dysk.blob.LeaseId;
import io.dysk.blob.NewPageBlob;
import io.dysk.blob.SnapshotId;
import io.dysk.kernel.Attachment;
import io.dysk.kernel.Limits;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "attach", description = "Attach a page blob as a block device.", footer = {
    "Takes the blob's lease for this node, so that nobody else writes, and prints the device.",
    "",
    "Examples:",
    "  dyskctl attach disks/db1.vhd",
    "  dyskctl attach disks/scratch --create --size 10GiB",
    "  dyskctl attach disks/db1.vhd --snapshot 2026-11-21T13:43:03.1234567Z",
    "  dyskctl attach disks/db1.vhd --break-lease node-7     (node-7 is gone for good)",
    "  device=$(dyskctl attach disks/db1.vhd -o json | jq -r .device)"})
final class AttachCommand implements Callable<ExitCode> {

    @Parameters(paramLabel = "BLOB", description = AccountOptions.BLOB_HELP)
    private String target;

    @Mixin
    private final AccountOptions accounts = new AccountOptions();

    @Mixin
    private final LimitOptions limits = new LimitOptions();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Option(names = "--create", description = "Create the blob first; needs --size.")
    private boolean create;

    @Option(names = "--size", paramLabel = "SIZE", description = "With --create: size of the disk, such as 10GiB.")
    private String size;

    @Option(names = "--vhd", description = "With --create: add a VHD footer, see 'dyskctl create --help'. Else: the blob is a"
            + " VHD made by something else, so keep its footer (the last 512 bytes) out of the disk; one made here is known.")
    private boolean vhd;

    @Option(names = "--create-container", description = "With --create: create the container too if it isn't there.")
    private boolean createContainer;

    @Option(names = {"-r", "--read-only"},
            description = "Attach without a lease, for reading. While somebody else writes, a mounted file system may show"
                    + " garbage: attach a snapshot instead.")
    private boolean readOnly;

    @Option(names = "--snapshot", paramLabel = "TIME", description = "Attach this snapshot of the blob, read-only.")
    private String snapshot;

    @Option(names = "--node", paramLabel = "NAME", description = "Whose lease it is (default: this machine's host name).")
    private String node;

    @Option(names = "--break-lease", paramLabel = "HOLDER",
            description = "Take the lease away from HOLDER, who is gone for good: the name that a refused attach tells, or"
                    + " CONTAINER/BLOB for a holder that isn't known. Everything HOLDER still writes is refused.")
    private String breakLease;

    @Option(names = "--plain-http", description = "Reach an https endpoint over plain http for data; leases stay on https.")
    private boolean plainHttp;

    @Option(names = "--partitions", description = "Scan the disk for partitions.")
    private boolean partitions;

    @Option(names = "--timeout", paramLabel = "TIME", description = "Limit for connecting and checking (default: 30s).")
    private String timeout;

    @Option(names = "--timing", description = "Print how long each step took.")
    private boolean timing;

    private final Surroundings surroundings;

    AttachCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public ExitCode call() {
        if (create != (size != null)) {
            throw CtlException.usage(create ? "--create needs --size" : "--size goes with --create");
        }
        if (createContainer && !create) {
            throw CtlException.usage("--create-container goes with --create");
        }
        Steps steps = new Steps(surroundings.nanoTime());
        AttachOperation.Options options = options();
        NamedBlob named = accounts.blob(surroundings, target);
        NamedBlob blob = snapshot == null ? named : named.withSnapshot(new SnapshotId(snapshot));
        if (create && blob.snapshot().isPresent()) {
            throw CtlException.usage("a snapshot can't be created by --create");
        }
        if (create) {
            NewPageBlob wanted = new NewPageBlob(Sizes.parse(size), vhd, Map.of());
            surroundings.dysk().version();
            steps.measure("create", () -> CreateCommand.create(surroundings, blob, wanted, createContainer));
        }
        boolean reading = options.readOnly() || blob.snapshot().isPresent();
        AttachOperation.Outcome outcome =
                new AttachOperation(surroundings, blob, reading ? readOnly(options) : options, steps).run();
        report(blob, outcome, steps);
        return ExitCode.OK;
    }

    private AttachOperation.Options options() {
        return new AttachOperation.Options(
                readOnly,
                plainHttp,
                partitions,
                vhd,
                node != null ? node : surroundings.machine().hostName(),
                Optional.ofNullable(breakLease),
                limits.limits(),
                Optional.ofNullable(timeout).map(Durations::parse));
    }

    private static AttachOperation.Options readOnly(AttachOperation.Options o) {
        return new AttachOperation.Options(
                true, o.plainHttp(), o.partitions(), o.vhd(), o.node(), o.breakLease(), o.limits(), o.timeout());
    }

    private void report(NamedBlob blob, AttachOperation.Outcome outcome, Steps steps) {
        Attachment attachment = outcome.attachment();
        output.print(surroundings.out(), () -> json(blob, outcome, steps), () -> {
            String link = outcome.link().map(l -> " (" + l + ")").orElse("");
            String line = attachment.device() + link + ": " + blob + ", " + Sizes.format(attachment.capacityBytes());
            return timing ? line + "\n" + steps : line;
        });
        if (!vhd && DiskTail.mayBeFooter(outcome.blob())) {
            surroundings.err().println("dyskctl: note: by its size this blob may be a VHD that something else made. If it is,"
                    + " its footer is the last 512 bytes of " + attachment.device() + ": detach, and attach with --vhd to"
                    + " keep the footer out of reach");
        }
    }

    private Map<String, Object> json(NamedBlob blob, AttachOperation.Outcome outcome, Steps steps) {
        Attachment attachment = outcome.attachment();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("device", attachment.device());
        json.put("link", outcome.link().map(Path::toString));
        json.put("index", attachment.index());
        json.put("attachId", attachment.attachId());
        json.put("number", attachment.number());
        json.put("account", blob.location().account());
        json.put("container", blob.location().container());
        json.put("blob", blob.location().blob());
        json.put("snapshot", blob.location().snapshot());
        json.put("readOnly", outcome.lease().isEmpty());
        json.put("capacityBytes", attachment.capacityBytes());
        json.put("blobBytes", outcome.blob().blobBytes());
        json.put("leaseId", outcome.lease().map(LeaseId::toString));
        json.put("epoch", attachment.epoch());
        json.put("clockSkewMs", attachment.clockSkew());
        json.put("timing", steps.json());
        return json;
    }
}
