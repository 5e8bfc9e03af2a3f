package io.dysk.ctl;

import io.dysk.blob.BlobAccount;
import io.dysk.blob.BlobException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "doctor", description = "Find out why something doesn't work, and say what to do.", footer = {
    "Looks at the kernel, the module and its devices; with credentials at the account: name, plain HTTP ('secure transfer",
    "required'), clock, credentials; with a blob also at its kind and lease. Changes nothing. Exit code 8 if there are",
    "problems.",
    "",
    "Examples:",
    "  dyskctl doctor",
    "  dyskctl doctor disks/db1.vhd",
    "  dyskctl doctor --container disks --endpoint http://acct.blob.core.windows.net"})
final class DoctorCommand implements Callable<ExitCode> {

    @Parameters(arity = "0..1", paramLabel = "BLOB", description = AccountOptions.BLOB_HELP)
    private String target;

    @Option(names = {"-c", "--container"}, paramLabel = "NAME", description = "Try the credentials on this container.")
    private String container;

    @Mixin
    private final AccountOptions accounts = new AccountOptions();

    @Mixin
    private final OutputOption output = new OutputOption();

    private final Surroundings surroundings;

    DoctorCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public ExitCode call() {
        List<Finding> findings = new ArrayList<>(new MachineChecks(surroundings).run());
        findings.addAll(account());
        boolean problems = findings.stream().anyMatch(f -> f.result() == Finding.Result.PROBLEM);
        output.print(surroundings.out(), () -> json(findings), () -> text(findings));
        return problems ? ExitCode.PROBLEMS : ExitCode.OK;
    }

    private List<Finding> account() {
        try {
            Optional<NamedBlob> blob = Optional.ofNullable(target).map(t -> accounts.blob(surroundings, t));
            BlobAccount account = blob.map(NamedBlob::account).orElseGet(() -> accounts.account(surroundings));
            return new AccountChecks(surroundings, account, blob, Optional.ofNullable(container)).run();
        } catch (CtlException | BlobException e) {
            // Without any credentials it is still a doctor of the machine.
            return target == null && container == null && e instanceof CtlException
                    ? List.of(Finding.skipped("account", e.getMessage()))
                    : List.of(Finding.problem("account", "can't be looked at", e.getMessage()));
        }
    }

    private static Object json(List<Finding> findings) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (Finding finding : findings) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("check", finding.check());
            json.put("result", DeviceView.lower(finding.result()));
            json.put("detail", finding.detail());
            json.put("advice", finding.advice());
            all.add(json);
        }
        return all;
    }

    private static String text(List<Finding> findings) {
        Table table = Table.ofPairs();
        findings.forEach(f -> table.row(DeviceView.lower(f.result()), f.check(), f.detail()));
        StringBuilder text = new StringBuilder(table.toString());
        findings.stream().filter(f -> !f.advice().isEmpty())
                .forEach(f -> text.append("\n").append(f.check()).append(": ").append(f.advice()));
        return text.toString();
    }
}
