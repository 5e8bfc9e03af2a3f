package io.dysk.ctl;

import io.dysk.blob.DiskFormat;
import io.dysk.blob.PageBlobProperties;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "convert-pv", description = "Print a Kubernetes PersistentVolume for a blob that is there already.",
        footer = {
    "Prints YAML (or JSON with -o json) for 'kubectl apply -f -'. Changes nothing. The volume is bound by a claim of the",
    "same size or smaller with the same storage class, or by the one that --claim names.",
    "",
    "Examples:",
    "  dyskctl convert-pv disks/db1.vhd --secret-name kube-system/dysk | kubectl apply -f -",
    "  dyskctl convert-pv disks/db1.vhd --secret-name dysk --claim shop/data-db-0 --fs-type xfs"})
final class ConvertPvCommand implements Callable<ExitCode> {

    enum AccessMode {
        ReadWriteOnce,
        ReadWriteOncePod,
        ReadOnlyMany
    }

    enum ReclaimPolicy {
        Retain,
        Delete
    }

    private static final int HANDLE_MAX = 128;

    @Parameters(paramLabel = "BLOB", description = AccountOptions.BLOB_HELP)
    private String target;

    @Option(names = "--name", paramLabel = "NAME", description = "Name of the volume (default: made of the blob's).")
    private String name;

    @Option(names = "--storage-class", paramLabel = "NAME", defaultValue = "",
            description = "Storage class (default: none).")
    private String storageClass = "";

    @Option(names = "--reclaim-policy", paramLabel = "POLICY", defaultValue = "Retain",
            description = "What happens with the blob when the claim is gone: ${COMPLETION-CANDIDATES} (default:"
                    + " ${DEFAULT-VALUE}).")
    private ReclaimPolicy reclaimPolicy = ReclaimPolicy.Retain;

    @Option(names = "--access-mode", paramLabel = "MODE", defaultValue = "ReadWriteOnce",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private AccessMode accessMode = AccessMode.ReadWriteOnce;

    @Option(names = "--fs-type", paramLabel = "TYPE", defaultValue = "ext4",
            description = "ext4, xfs, ... (default: ${DEFAULT-VALUE}).")
    private String fsType = "ext4";

    @Option(names = "--block", description = "A raw block volume without a file system.")
    private boolean block;

    @Option(names = {"-r", "--read-only"}, description = "Attach read-only.")
    private boolean readOnly;

    @Option(names = "--secret-name", paramLabel = "[NAMESPACE/]NAME",
            description = "The Kubernetes secret that holds the credentials (default: the driver's own).")
    private String secret;

    @Option(names = "--claim", paramLabel = "[NAMESPACE/]NAME", description = "Reserve the volume for this claim.")
    private String claim;

    @Option(names = {"-l", "--label"}, paramLabel = "KEY=VALUE", description = "A label of the volume; may be repeated.")
    private Map<String, String> labels = new LinkedHashMap<>();

    @Mixin
    private final AccountOptions accounts = new AccountOptions();

    @Mixin
    private final OutputOption output = new OutputOption();

    private final Surroundings surroundings;

    ConvertPvCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public ExitCode call() {
        NamedBlob blob = accounts.blob(surroundings, target);
        if (blob.snapshot().isPresent()) {
            throw CtlException.usage("a snapshot can't be a volume: convert the blob");
        }
        if (blob.volumeId().length() > HANDLE_MAX) {
            throw CtlException.usage(blob + " has " + blob.volumeId().length() + " characters, and Kubernetes takes volume"
                    + " handles of at most " + HANDLE_MAX + ": copy the blob to a shorter name");
        }
        PageBlobProperties properties =
                surroundings.stores().apply(blob.account()).properties(blob.address());
        if (properties.format() == DiskFormat.VHD_INCOMPLETE) {
            throw DiskTail.incomplete(blob, properties);
        }
        PvManifest manifest = manifest(blob, properties.dataBytes());
        output.print(surroundings.out(), manifest::toMap, manifest::toYaml);
        return ExitCode.OK;
    }

    private PvManifest manifest(NamedBlob blob, long capacityBytes) {
        String volume = name != null ? name : defaultName(blob);
        if (!PvManifest.isName(volume)) {
            throw CtlException.usage("'" + volume + "' can't be a volume's name: use small letters, digits, '-' and '.'");
        }
        return new PvManifest(
                volume,
                blob.volumeId(),
                blob.account().endpoint().url(),
                blob.location().account(),
                blob.location().container(),
                blob.location().blob(),
                capacityBytes,
                accessMode.name(),
                reclaimPolicy.name(),
                storageClass,
                block ? "" : fsType,
                readOnly || accessMode == AccessMode.ReadOnlyMany,
                labels,
                Optional.ofNullable(secret).map(PvManifest.ObjectName::parse),
                Optional.ofNullable(claim).map(PvManifest.ObjectName::parse));
    }

    private static String defaultName(NamedBlob blob) {
        return (PvManifest.DRIVER + "-" + blob.location().container() + "-" + blob.location().blob())
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9.]+", "-")
                .replaceAll("-*\\.[-.]*", ".")
                .replaceAll("^[-.]+|[-.]+$", "");
    }
}
