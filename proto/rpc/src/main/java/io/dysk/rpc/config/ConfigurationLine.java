package io.dysk.rpc.config;

import io.dysk.rpc.scope.Secrets;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What a program was told, as one line for the log, without what could be secret. */
public final class ConfigurationLine {
    private static final Pattern SECRET = Pattern.compile("(?i).*(key|sas|secret|token|password|credential)");

    private ConfigurationLine() {}

    /** All options that have a value. Options that name a file or folder are no secrets; what those hold isn't read. */
    public static String of(CommandSpec command) {
        StringJoiner line = new StringJoiner(" ");
        for (OptionSpec option : command.options()) {
            Object value = option.usageHelp() || option.versionHelp() ? null : option.getValue();
            if (value != null && !value.toString().isEmpty()) {
                boolean hidden = SECRET.matcher(option.longestName()).matches() && !(value instanceof java.nio.file.Path);
                line.add(option.longestName().replaceFirst("^--", "") + "=" + (hidden ? "***" : Secrets.NONE.scrub(value.toString())));
            }
        }
        return line.toString();
    }
}
