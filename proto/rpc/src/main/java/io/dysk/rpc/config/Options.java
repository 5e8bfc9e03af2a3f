package io.dysk.rpc.config;

import io.dysk.rpc.scope.Secrets;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.IntSupplier;
import java.util.regex.Pattern;

/**
 * The command line of a program that runs for long: {@code --name value} or {@code --name=value}, each with an environment variable
 * beside it. Written here and not by a library, since a node plugin is to start fast and be small: reading annotations took a third of
 * its start and 4 MiB of its memory for good.
 */
public final class Options {
    private static final int WIDTH = 100;
    private static final int WRONG_USAGE = 2;
    private static final String INDENT = " ".repeat(8);
    private static final Pattern SECRET = Pattern.compile(".*(key|sas|secret|token|password|credential)");

    private final String program;
    private final String version;
    private final String description;
    private final List<Option> all = new ArrayList<>();
    private String footer = "";

    public Options(String program, String version, String description) {
        this.program = program;
        this.version = version;
        this.description = description;
    }

    public String program() {
        return program;
    }

    public String version() {
        return version;
    }

    /** One that must be given. */
    public Option required(String name, String placeholder, String help) {
        return add(new Option(Option.Kind.REQUIRED, name, placeholder, "", help));
    }

    /** @param fallback its value if it isn't given; empty for none */
    public Option option(String name, String placeholder, String fallback, String help) {
        return add(new Option(Option.Kind.OPTIONAL, name, placeholder, fallback, help));
    }

    /** One that may be repeated; commas part its values as well. */
    public Option list(String name, String placeholder, String help) {
        return add(new Option(Option.Kind.LIST, name, placeholder, "", help));
    }

    /** Off unless given. */
    public Option flag(String name, String help) {
        return add(new Option(Option.Kind.FLAG, name, "", "", help));
    }

    /** What the help ends with. */
    public void footer(String text) {
        footer = text;
    }

    private Option add(Option option) {
        all.add(option);
        return option;
    }

    /**
     * Reads the command line, then does what the program does.
     *
     * @param work answers the exit code; its {@link ConfigurationException} is shown like a mistake in the command line
     * @return the process's exit code: 2 if what it was told can't be
     */
    public int run(String[] arguments, IntSupplier work) {
        return run(arguments, System.getenv(), System.out, System.err, work);
    }

    int run(String[] arguments, Map<String, String> environment, PrintStream out, PrintStream err, IntSupplier work) {
        try {
            for (String argument : arguments) {
                if (argument.equals("--help") || argument.equals("-h")) {
                    out.print(help());
                    return 0;
                }
                if (argument.equals("--version") || argument.equals("-V")) {
                    out.println(program + " " + version);
                    return 0;
                }
            }
            read(List.of(arguments), environment);
            return work.getAsInt();
        } catch (ConfigurationException e) {
            err.println(program + ": " + e.getMessage() + "\nSee " + program + " --help.");
            return WRONG_USAGE;
        }
    }

    void read(List<String> arguments, Map<String, String> environment) {
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            int equals = argument.indexOf('=');
            Option option = find(equals < 0 ? argument : argument.substring(0, equals));
            if (option.isGiven() && option.kind() != Option.Kind.LIST) {
                throw option.wrong("is given twice");
            }
            if (equals >= 0) {
                option.give(argument.substring(equals + 1));
            } else if (option.kind() == Option.Kind.FLAG) {
                option.give("true");
            } else if (++i < arguments.size()) {
                option.give(arguments.get(i));
            } else {
                throw option.wrong("needs a value");
            }
        }
        for (Option option : all) {
            String variable = environment.getOrDefault(option.variable(), "");
            if (!option.isGiven() && !variable.isBlank()) {
                option.give(variable);
            }
            if (option.kind() == Option.Kind.REQUIRED && option.given().isEmpty()) {
                throw option.wrong("must be given, here or as " + option.variable());
            }
        }
    }

    private Option find(String name) {
        for (Option option : all) {
            if (option.name().equals(name)) {
                return option;
            }
        }
        throw new ConfigurationException("there is no option " + (name.startsWith("-") ? name : "without a name before it"));
    }

    /** What the program was told, as one line for the log. Options that name a file are no secrets; what those hold isn't read. */
    public String shown() {
        StringJoiner line = new StringJoiner(" ");
        for (Option option : all) {
            if (!option.text().isEmpty()) {
                boolean hidden = SECRET.matcher(option.name()).matches() && !option.placeholder().equals("FILE");
                line.add(option.name().substring(2) + "=" + (hidden ? "***" : Secrets.NONE.scrub(option.text())));
            }
        }
        return line.toString();
    }

    private String help() {
        StringBuilder text = new StringBuilder();
        text.append("Usage: ").append(program).append(" [OPTIONS]\n").append(wrapped(description, "")).append('\n');
        for (Option option : all) {
            text.append("  ").append(option.name()).append(option.placeholder().isEmpty() ? "" : " " + option.placeholder()).append('\n');
            String fallback = option.kind() == Option.Kind.REQUIRED ? "Required." : "Default: " + (option.fallback().isEmpty() ? "none." : option.fallback());
            text.append(wrapped(option.help() + " (" + option.variable() + ") " + (option.kind() == Option.Kind.FLAG ? "" : fallback), INDENT));
        }
        text.append("  --help, --version\n").append(INDENT).append("Say this, or the version, and end.\n\n");
        text.append(wrapped("In parentheses: the environment variable that counts where the option isn't given.", ""));
        return text.append(footer.isEmpty() ? "" : "\n" + footer.stripTrailing() + "\n").toString();
    }

    private static String wrapped(String text, String indent) {
        StringBuilder lines = new StringBuilder();
        StringBuilder line = new StringBuilder(indent);
        for (String word : text.strip().split(" +")) {
            if (line.length() > indent.length() && line.length() + 1 + word.length() > WIDTH) {
                lines.append(line).append('\n');
                line = new StringBuilder(indent);
            }
            line.append(line.length() > indent.length() ? " " : "").append(word);
        }
        return lines.append(line).append('\n').toString();
    }
}
