package io.dysk.ctl;

import io.dysk.kernel.BlobEndpoint;
import io.dysk.kernel.Credential;
import io.dysk.kernel.DeviceInfo;
import io.dysk.kernel.DeviceUpdate;
import io.dysk.kernel.EndpointAddress;
import io.dysk.kernel.Limits;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "update", description = "Change credentials, addresses or limits of a device while I/O goes on.", footer = {
    "A device that waits because its SAS ran out, its key was rotated or its endpoint moved goes on after the update.",
    "",
    "Examples:",
    "  AZURE_STORAGE_KEY=$(cat new-key) dyskctl update /dev/dysk0 --credentials",
    "  dyskctl update /dev/dysk0 --addresses",
    "  dyskctl update disks/db1 --no-path-timeout forever"})
final class UpdateCommand implements Callable<ExitCode> {

    @Parameters(paramLabel = "TARGET", description = Targets.HELP)
    private String target;

    @Option(names = "--credentials", description = "Hand the present credentials to the device.")
    private boolean credentials;

    @Option(names = "--addresses", description = "Look up the endpoint's addresses again.")
    private boolean addresses;

    @Mixin
    private final AccountOptions accounts = new AccountOptions();

    @Mixin
    private final LimitOptions limits = new LimitOptions();

    @Mixin
    private final OutputOption output = new OutputOption();

    private final Surroundings surroundings;

    UpdateCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public ExitCode call() {
        Limits wanted = limits.limits();
        if (!credentials && !addresses && wanted.isEmpty()) {
            throw CtlException.usage("nothing to update: give --credentials, --addresses, or a limit");
        }
        DeviceInfo device = new Targets(surroundings).find(target);
        Optional<Credential> credential = credentials
                ? Optional.of(accounts.blobOf(surroundings, device).kernelCredential())
                : Optional.empty();
        Optional<List<EndpointAddress>> found = addresses ? Optional.of(lookUp(device)) : Optional.empty();
        surroundings.dysk().update(device.index(), device.attachId(), new DeviceUpdate(credential, found, wanted));
        output.print(surroundings.out(), () -> json(device, found), () -> "updated " + device.device() + ": " + device.blob()
                + found.map(a -> ", reached at " + a).orElse(""));
        return ExitCode.OK;
    }

    /** Of the host that the device has: an update can't give it another. */
    private List<EndpointAddress> lookUp(DeviceInfo device) {
        String url = "http://" + device.host() + (device.pathStyle() ? "/" + device.blob().account() : "");
        return BlobEndpoint.parse(url)
                .resolve(surroundings.dysk().version().ipv6())
                .addresses();
    }

    private Map<String, Object> json(DeviceInfo device, Optional<List<EndpointAddress>> found) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("device", device.device());
        json.put("credentials", credentials);
        json.put("addresses", found.map(List::copyOf));
        json.put("limits", !limits.limits().isEmpty());
        return json;
    }
}
