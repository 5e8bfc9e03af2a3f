package io.dysk.ctl;

import io.dysk.blob.BlobAccount;
import io.dysk.blob.ContainerName;
import io.dysk.blob.Listing;
import io.dysk.blob.Page;
import io.dysk.blob.PageBlobProperties;
import io.dysk.blob.PageBlobStore;
import io.dysk.kernel.BlobLocation;
import io.dysk.kernel.DeviceInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "list", description = "List attached devices.", footer = {
    "MODE: rw or ro. OPEN: yes if mounted or in use. With --all, page blobs of the containers that are not attached",
    "here follow, with '-' for the device; this needs the account's credentials.",
    "",
    "Examples:",
    "  dyskctl list",
    "  dyskctl list -o json",
    "  dyskctl list --all --container disks"})
final class ListCommand implements Callable<ExitCode> {

    @Option(names = {"-a", "--all"}, description = "Also page blobs that are not attached; needs --container.")
    private boolean all;

    @Option(names = {"-c", "--container"}, paramLabel = "NAME", description = "With --all: a container; may be repeated.")
    private List<String> containers = List.of();

    @Mixin
    private final AccountOptions accounts = new AccountOptions();

    @Mixin
    private final OutputOption output = new OutputOption();

    private final Surroundings surroundings;

    ListCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public ExitCode call() {
        if (all == containers.isEmpty()) {
            throw CtlException.usage("--all and --container go together: dyskctl list --all --container NAME");
        }
        List<DeviceInfo> devices =
                all ? new Targets(surroundings).devicesIfModule() : surroundings.dysk().list();
        Optional<BlobAccount> account = all ? Optional.of(accounts.account(surroundings)) : Optional.empty();
        List<PageBlobProperties> blobs = account.map(a -> detached(a, devices)).orElse(List.of());
        String name = account.map(a -> a.endpoint().account().value()).orElse("");
        output.print(surroundings.out(), () -> json(devices, name, blobs), () -> table(devices, name, blobs));
        return ExitCode.OK;
    }

    private List<PageBlobProperties> detached(BlobAccount account, List<DeviceInfo> devices) {
        Set<BlobLocation> attached = devices.stream().map(DeviceInfo::blob).collect(Collectors.toSet());
        PageBlobStore store = surroundings.stores().apply(account);
        List<PageBlobProperties> blobs = new ArrayList<>();
        for (String container : containers) {
            Listing listing = Listing.ofPrefix("");
            Optional<String> next;
            do {
                Page<PageBlobProperties> page = store.list(new ContainerName(container), listing);
                page.items().stream()
                        .filter(blob -> !attached.contains(BlobLocation.of(
                                account.endpoint().account().value(), container, blob.address().blob().value())))
                        .forEach(blobs::add);
                next = page.next();
                listing = next.map(listing::from).orElse(listing);
            } while (next.isPresent());
        }
        return blobs;
    }

    private Object json(List<DeviceInfo> devices, String account, List<PageBlobProperties> blobs) {
        List<Map<String, Object>> attached = devices.stream().map(DeviceView::json).toList();
        if (!all) {
            return attached;
        }
        List<Map<String, Object>> entries = new ArrayList<>(attached);
        blobs.forEach(blob -> entries.add(BlobView.json(account, blob)));
        return entries;
    }

    private Table table(List<DeviceInfo> devices, String account, List<PageBlobProperties> blobs) {
        Table table = new Table("DEVICE", "SIZE", "MODE", "OPEN", "STATE", "BLOB");
        devices.forEach(d -> table.row(
                d.device(), Sizes.format(d.capacityBytes()), DeviceView.mode(d), d.open() ? "yes" : "no",
                DeviceView.state(d.health()), d.blob()));
        blobs.forEach(b -> table.row(
                "-", Sizes.format(b.dataBytes()), "-", "-", BlobView.state(b), account + "/" + b.address()));
        return table;
    }
}
