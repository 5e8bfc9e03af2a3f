package io.dysk.ctl;

import io.dysk.kernel.DeviceInfo;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "get", description = "Show all there is to know of one device.", footer = {
    "Examples:",
    "  dyskctl get /dev/dysk0",
    "  dyskctl get disks/db1.vhd -o json"})
final class GetCommand implements Callable<ExitCode> {

    @Parameters(paramLabel = "TARGET", description = Targets.HELP)
    private String target;

    @Mixin
    private final OutputOption output = new OutputOption();

    private final Surroundings surroundings;

    GetCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public ExitCode call() {
        DeviceInfo device = new Targets(surroundings).find(target);
        output.print(surroundings.out(), () -> DeviceView.json(device), () -> DeviceView.details(device));
        return ExitCode.OK;
    }
}
