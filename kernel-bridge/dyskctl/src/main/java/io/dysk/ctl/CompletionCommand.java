package io.dysk.ctl;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;

@Command(name = "completion", description = "Print the completion script for bash and zsh.", footer = {
    "Examples:",
    "  source <(dyskctl completion)",
    "  dyskctl completion > /etc/bash_completion.d/dyskctl"})
final class CompletionCommand implements Callable<ExitCode> {

    private final Surroundings surroundings;

    CompletionCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public ExitCode call() {
        surroundings.out().print(AutoComplete.bash(DyskCtl.NAME, DyskCtl.commandLine(surroundings)));
        return ExitCode.OK;
    }
}
