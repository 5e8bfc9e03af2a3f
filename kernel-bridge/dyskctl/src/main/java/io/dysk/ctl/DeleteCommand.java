package io.dysk.ctl;

import io.dysk.blob.Deletion;
import io.dysk.kernel.BlobLocation;
import io.dysk.kernel.DeviceInfo;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "delete", description = "Delete a page blob and all data in it.", footer = {
    "Asks first, unless --yes is given. Refused while the blob is attached or leased, by whomever.",
    "",
    "Examples:",
    "  dyskctl delete disks/scratch",
    "  dyskctl delete disks/db1.vhd --snapshots --yes"})
final class DeleteCommand implements Callable<ExitCode> {

    @Parameters(paramLabel = "BLOB", description = AccountOptions.BLOB_HELP)
    private String target;

    @Option(names = {"-y", "--yes"}, description = "Don't ask.")
    private boolean yes;

    @Option(names = "--snapshots", description = "Delete its snapshots too; else a blob that has some is left alone.")
    private boolean snapshots;

    @Mixin
    private final AccountOptions accounts = new AccountOptions();

    @Mixin
    private final OutputOption output = new OutputOption();

    private final Surroundings surroundings;

    DeleteCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public ExitCode call() {
        NamedBlob blob = accounts.blob(surroundings, target);
        if (blob.snapshot().isPresent()) {
            throw CtlException.usage("this names a snapshot: give the blob's URL without it to delete the blob");
        }
        requireNotAttached(blob.location());
        if (!yes && !surroundings.confirm().test("Delete " + blob + " and all its data for ever?")) {
            throw CtlException.usage("nothing was deleted: not confirmed (add --yes where nobody can be asked)");
        }
        Deletion deletion = snapshots ? Deletion.withSnapshots() : Deletion.ofBlob();
        if (!surroundings.stores().apply(blob.account()).delete(blob.address(), deletion)) {
            throw new CtlException(ExitCode.NOT_FOUND, "there is no blob " + blob);
        }
        output.print(surroundings.out(), () -> json(blob), () -> "deleted " + blob);
        return ExitCode.OK;
    }

    private void requireNotAttached(BlobLocation blob) {
        for (DeviceInfo device : new Targets(surroundings).devicesIfModule()) {
            if (NamedBlob.volumeId(device.blob()).equals(NamedBlob.volumeId(blob))) {
                throw new CtlException(ExitCode.CONFLICT, device.blob() + " is attached as " + device.device()
                        + ": detach it first");
            }
        }
    }

    private static Map<String, Object> json(NamedBlob blob) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("account", blob.location().account());
        json.put("container", blob.location().container());
        json.put("blob", blob.location().blob());
        json.put("deleted", true);
        return json;
    }
}
