package io.dysk.ctl;

import io.dysk.blob.BlobException;
import io.dysk.blob.NewPageBlob;
import io.dysk.blob.PageBlobProperties;
import io.dysk.blob.PageBlobStore;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "create", description = "Create an empty page blob.", footer = {
    "The blob is sparse: it takes (and costs) space only where it is written.",
    "",
    "Examples:",
    "  dyskctl create disks/db1 --size 100GiB",
    "  dyskctl create disks/db1.vhd --size 32GiB --vhd --create-container",
    "  dyskctl create http://127.0.0.1:10000/devstoreaccount1/disks/test --size 64MiB"})
final class CreateCommand implements Callable<ExitCode> {

    @Parameters(paramLabel = "BLOB", description = AccountOptions.BLOB_HELP)
    private String target;

    @Option(names = {"-s", "--size"}, required = true, paramLabel = "SIZE",
            description = "Size of the disk: 10GiB, 500MiB, 1TB, or bytes; up to 8TiB.")
    private String size;

    @Option(names = "--vhd", description = "Add the footer of a fixed VHD (512 bytes more), so that Azure takes the blob as a"
            + " disk too; the size must be whole MiB.")
    private boolean vhd;

    @Option(names = "--create-container", description = "Create the container too if it isn't there.")
    private boolean createContainer;

    @Mixin
    private final AccountOptions accounts = new AccountOptions();

    @Mixin
    private final OutputOption output = new OutputOption();

    private final Surroundings surroundings;

    CreateCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public ExitCode call() {
        NewPageBlob wanted = new NewPageBlob(Sizes.parse(size), vhd, Map.of());
        NamedBlob blob = accounts.blob(surroundings, target);
        if (blob.snapshot().isPresent()) {
            throw CtlException.usage("a snapshot can't be created under a name of one's own: leave it out of the URL");
        }
        PageBlobProperties made = create(surroundings, blob, wanted, createContainer);
        String account = blob.account().endpoint().account().value();
        output.print(
                surroundings.out(),
                () -> BlobView.json(account, made),
                () -> "created " + blob + ", " + Sizes.format(made.dataBytes()) + (vhd ? " (VHD)" : ""));
        return ExitCode.OK;
    }

    static PageBlobProperties create(
            Surroundings surroundings, NamedBlob blob, NewPageBlob wanted, boolean createContainer) {
        PageBlobStore store = surroundings.stores().apply(blob.account());
        if (createContainer) {
            store.createContainer(blob.address().container());
        }
        try {
            return store.create(blob.address(), wanted);
        } catch (BlobException.NotFound e) {
            if (e.missing() != BlobException.NotFound.Missing.CONTAINER) {
                throw e;
            }
            throw new CtlException(ExitCode.NOT_FOUND, "there is no container " + blob.address().container()
                    + " in account " + blob.account().endpoint().account() + ": add --create-container to make it");
        }
    }
}
