package io.dysk.ctl;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The program: finds the command, runs it, and turns what it throws into a message and an exit code. */
@Command(name = "dyskctl", mixinStandardHelpOptions = true, versionProvider = DyskCtl.Version.class,
        description = "Azure page blobs as block devices.", synopsisSubcommandLabel = "COMMAND")
public final class DyskCtl {

    /** What 'dyskctl completion' needs too. */
    static final String NAME = "dyskctl";

    private static final Map<String, Function<Surroundings, Callable<ExitCode>>> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put("create", CreateCommand::new);
        COMMANDS.put("attach", AttachCommand::new);
        COMMANDS.put("detach", DetachCommand::new);
        COMMANDS.put("list", ListCommand::new);
        COMMANDS.put("get", GetCommand::new);
        COMMANDS.put("stats", StatsCommand::new);
        COMMANDS.put("resize", ResizeCommand::new);
        COMMANDS.put("update", UpdateCommand::new);
        COMMANDS.put("delete", DeleteCommand::new);
        COMMANDS.put("convert-pv", ConvertPvCommand::new);
        COMMANDS.put("doctor", DoctorCommand::new);
        COMMANDS.put("completion", CompletionCommand::new);
    }

    private DyskCtl() {}

    public static void main(String[] arguments) {
        System.exit(run(ThisMachine.surroundings(), arguments));
    }

    /** Runs one command line and returns the exit code; throws nothing. */
    static int run(Surroundings surroundings, String... arguments) {
        try {
            if (Arrays.stream(arguments).anyMatch(a -> secret(surroundings, a))) {
                return fail(surroundings, CtlException.usage(AccountOptions.secretAdvice()), json(arguments));
            }
            // A known command is built alone: building all takes a good part of the time that 'list' takes.
            boolean known = arguments.length > 0 && COMMANDS.containsKey(arguments[0]);
            return commandLine(surroundings, known ? Map.of(arguments[0], COMMANDS.get(arguments[0])) : COMMANDS)
                    .execute(arguments);
        } finally {
            surroundings.out().flush();
            surroundings.err().flush();
        }
    }

    /** All commands, for help and completion. */
    static CommandLine commandLine(Surroundings surroundings) {
        return commandLine(surroundings, COMMANDS);
    }

    private static CommandLine commandLine(
            Surroundings surroundings, Map<String, Function<Surroundings, Callable<ExitCode>>> commands) {
        CommandLine root = new CommandLine(new DyskCtl());
        commands.forEach((name, command) -> {
            CommandLine line = new CommandLine(command.apply(surroundings));
            line.getCommandSpec().addOption(CommandLine.Model.OptionSpec.builder("-h", "--help")
                    .usageHelp(true).description("Show this help and exit.").build());
            line.getCommandSpec().usageMessage().footerHeading("%n").sortOptions(false);
            root.addSubcommand(name, line);
        });
        Map<String, String> codes = new LinkedHashMap<>();
        for (ExitCode code : ExitCode.values()) {
            codes.put(Integer.toString(code.code()), code.meaning());
        }
        root.getCommandSpec().usageMessage().exitCodeListHeading("%nExit codes:%n").exitCodeList(codes)
                .footer("", "Credentials: AZURE_STORAGE_CONNECTION_STRING, or AZURE_STORAGE_ACCOUNT with AZURE_STORAGE_KEY or",
                        "AZURE_STORAGE_SAS_TOKEN, or --credentials-file; never on the command line.",
                        "'dyskctl COMMAND --help' has examples. 'dyskctl doctor' finds out what is wrong.");
        return root.setOut(surroundings.out())
                .setErr(surroundings.err())
                .setUsageHelpWidth(110)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((e, arguments) -> badArguments(surroundings, e, arguments))
                .setExecutionStrategy(parsed -> execute(surroundings, parsed));
    }

    private static int execute(Surroundings surroundings, ParseResult parsed) {
        Integer helped = CommandLine.executeHelpRequest(parsed);
        if (helped != null) {
            return helped;
        }
        ParseResult leaf = parsed;
        while (leaf.hasSubcommand()) {
            leaf = leaf.subcommand();
        }
        if (!(leaf.commandSpec().userObject() instanceof Callable<?> command)) {
            leaf.commandSpec().commandLine().usage(surroundings.err());
            return ExitCode.USAGE.code();
        }
        try {
            return command.call() instanceof ExitCode code ? code.code() : ExitCode.FAILED.code();
        } catch (Exception | LinkageError e) {
            return fail(surroundings, e, leaf.matchedOptionValue(OutputOption.NAME, OutputOption.Format.table)
                    == OutputOption.Format.json);
        }
    }

    private static int badArguments(Surroundings surroundings, ParameterException thrown, String[] arguments) {
        String command = thrown.getCommandLine().getCommandSpec().qualifiedName();
        int code = fail(surroundings, CtlException.usage(thrown.getMessage()), json(arguments));
        CommandLine.UnmatchedArgumentException.printSuggestions(thrown, surroundings.err());
        surroundings.err().println("See '" + command + " --help'.");
        return code;
    }

    private static int fail(Surroundings surroundings, Throwable thrown, boolean json) {
        Failure failure = Failure.of(thrown);
        PrintWriter err = surroundings.err();
        if (json) {
            Map<String, Object> error = new LinkedHashMap<>();
            error.put("exitCode", failure.exitCode().code());
            error.put("kind", DeviceView.lower(failure.exitCode()));
            error.put("message", failure.message());
            err.println(Json.write(Map.of("error", error)));
        } else {
            err.println(NAME + ": " + failure.message());
        }
        if (surroundings.environment().containsKey("DYSKCTL_DEBUG")) {
            StringWriter trace = new StringWriter();
            thrown.printStackTrace(new PrintWriter(trace));
            err.println(trace);
        }
        return failure.exitCode().code();
    }

    private static boolean secret(Surroundings surroundings, String argument) {
        return Redaction.looksSecret(argument) || !surroundings.redaction().redact(argument).equals(argument);
    }

    /** Before or without parsing. */
    private static boolean json(String... arguments) {
        return String.join(" ", arguments).matches(".*(-o|--output)[ =]?json.*");
    }

    /** The release, from the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = DyskCtl.class.getPackage().getImplementationVersion();
            return new String[] {NAME + " " + (version == null ? "(not from a jar)" : version)};
        }
    }
}
